/** The manual pages: complete, and without a fault that man or mandoc finds. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeProgram } from '../../../../src/cli/command-table.ts';
import { buildProgram } from '../../../../src/cli/main.ts';
import { makeManuals } from '../../../../src/cli/manual/make-manuals.ts';
import { formatMarkdownPage } from '../../../../src/cli/manual/markdown-page.ts';

const pages = makeManuals();
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-manual-'));
  for (const { name, text } of pages) writeFileSync(join(folder, name), text);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Shown {
  readonly isMissing: boolean;
  readonly text: string;
  readonly faults: string;
}

/** As a terminal of 100 columns would show it. */
function show(command: string, args: readonly string[]): Shown {
  const env = { ...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8', TERM: 'dumb' };
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', env });
  const isMissing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  return { isMissing, text: stdout ?? '', faults: stderr ?? '' };
}

test('there are two', () => {
  expect(pages.map(({ name }) => name)).toEqual(['ringzone.1', 'ringzone.yaml.5']);
});

test('ringzone(1) has every command, option and word', () => {
  const text = (pages[0]?.text ?? '').replaceAll('\\-', '-');
  const table = describeProgram(buildProgram(process, () => {}));
  expect(table.commands.length).toBeGreaterThan(8);
  for (const { name, options, words } of table.commands) {
    expect(text).toContain(`.SS ringzone ${name}`);
    for (const { long } of options) expect(text).toContain(`\\fB${long}\\fR`);
    for (const word of words) expect(text).toContain(`\n.TP\n\\fB${word.name}\\fR`);
  }
});

test('ringzone.yaml(5) has every key of docs/configuration.md', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../../docs/configuration.md'), 'utf8');
  const keys = [...docs.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1] as string);
  const text = (pages[1]?.text ?? '').replaceAll('\\-', '-');
  expect(keys.length).toBeGreaterThan(50);
  for (const key of keys) expect(text).toContain(`\n.TP\n\\fB${key}\\fR`);
  // No markup is left over but in examples.
  const prose = text.replaceAll(/^\.EX\n(?:.*\n)*?^\.EE$/gm, '');
  expect(prose.match(/^.*(\*\*|\]\(|^#+ ).*$/gm)).toBeNull();
});

test.each(pages.map(({ name }) => [name]))('%s is shown by man without a warning (skipped without man)', (name) => {
  const { isMissing, text, faults } = show('man', ['--warnings', '-l', join(folder, name)]);
  // Minimal systems have a man that shows nothing.
  if (isMissing || !text.includes('NAME')) return console.warn(`skipped: ${name} by man, which is not installed`);
  expect(faults).toBe('');
  expect(text).toContain('DESCRIPTION');
  expect(text).not.toMatch(/\\f[BIR]|\\\(/);
});

test.each(pages.map(({ name }) => [name]))('mandoc finds nothing in %s (skipped without mandoc)', (name) => {
  const { isMissing, text } = show('mandoc', ['-T', 'lint', '-W', 'warning', join(folder, name)]);
  if (isMissing) return console.warn(`skipped: ${name} by mandoc, which is not installed`);
  // A page that is made anew has no date.
  expect(text.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
});

test('the markdown of docs', () => {
  const head = { title: 'x', section: 5, version: '1', summary: 'y' };
  const markdown = `# Title

Text with \`code\`, **stress**, *less* and a [link](a.md).
.not a request

## One's part

| key | default | meaning |
|---|---|---|
| \`a\\|b\` | \`1\` | First. |
| \`c\` | | 'Second'. |

* one
  more
* two

  \`\`\`yaml
  a: \\n
  \`\`\`
`;
  expect(
    formatMarkdownPage(head, markdown).split('.SH DESCRIPTION\n')[1],
  ).toBe(`Text with \\fBcode\\fR, \\fBstress\\fR, \\fIless\\fR and a link.
\\&.not a request
.SH ONE\\(aqS PART
.TP
\\fBa|b\\fR (default: \\fB1\\fR)
First.
.TP
\\fBc\\fR
\\(aqSecond\\(aq.
.IP \\(bu 2
one
more
.IP \\(bu 2
two
.PP
.in +4n
.EX
a: \\en
.EE
.in
`);
});
