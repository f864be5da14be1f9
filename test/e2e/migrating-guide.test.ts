/** docs/migrating-from-bind.md, walked as it is printed: each command, and what it shows, beside a real BIND. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { controlWords } from '../../src/control/channel/words.ts';
import { findCommand } from '../interop/lib/judge.ts';
import { parseGuide, type Step } from './migrating-guide/guide.ts';
import { Machine } from './migrating-guide/machine.ts';
import { agrees } from './migrating-guide/output.ts';

type Commands = Extract<Step, { kind: 'commands' }>;

const project = resolve(import.meta.dirname, '../..');
const markdown = readFileSync(join(project, 'docs/migrating-from-bind.md'), 'utf8');
const steps = parseGuide(markdown);
const named = findCommand('named');
const hasJudges = named !== undefined && findCommand('dig') !== undefined;
if (!hasJudges)
  console.warn('skipped: the walk through docs/migrating-from-bind.md, because named or dig is not installed');

function fileOf(path: string): string {
  const step = steps.find((step) => step.kind === 'file' && step.path === path);
  if (step?.kind !== 'file') throw new Error(`the guide has no ${path}`);
  return step.text;
}

test.skipIf(!hasJudges)(
  'each command does what is printed (skipped without named and dig)',
  { timeout: 180_000 },
  async () => {
    const machine = await Machine.make(named as string);
    try {
      for (const step of steps) {
        if (step.kind === 'commands') await walk(machine, step);
        else machine.writeFile(step.path, step.text);
        // BIND runs as soon as it has its files, as at the reader's.
        if (step.kind === 'file' && step.path.endsWith('/rapidtech.phones')) {
          expect(await machine.start('named')).toEqual({ code: 0, output: '' });
        }
      }
    } finally {
      await machine.remove();
    }
  },
);

async function walk(machine: Machine, { line, commands, output: shown }: Commands): Promise<void> {
  let said = '';
  for (const [i, command] of commands.entries()) {
    const isLast = i === commands.length - 1;
    const isAsShown = (now: string): boolean => !isLast || shown === undefined || agrees(said + now, shown);
    let { code, output } = await machine.run(command);
    // A log line may come a moment after its answer: look again.
    for (let again = 0; again < 100 && isLook(command) && !(code === 0 && isAsShown(output)); again++) {
      await sleep(100);
      ({ code, output } = await machine.run(command));
    }
    expect(code, `docs/migrating-from-bind.md:${line}: ${command}\n${output}`).toBe(0);
    said += output;
  }
  if (shown !== undefined && !agrees(said, shown)) expect(said, `docs/migrating-from-bind.md:${line}`).toBe(shown);
}

function isLook(command: string): boolean {
  return /^(tail|grep) /.test(command);
}

test("it starts from the how-to's own files, but for the category that BIND 9 refuses", () => {
  const howTo = readFileSync(join(project, 'test/named-conf/differs/category-statistics.conf'), 'utf8');
  const options = 'options {\n        directory "/var/lib/named";\n};\n\n';
  expect(fileOf('/etc/named.conf')).toBe(
    options + howTo.replace('        category statistics', '#       category statistics'),
  );
  const zone = readFileSync(join(project, 'test/zonefile/02-howto-mended.zone'), 'utf8');
  expect(fileOf('/var/lib/named/master/rapidtech.phones')).toBe(zone);
});

test('the words of its table are words of ctl', () => {
  const words = [...markdown.matchAll(/`ringzone ctl (?:--control \S+ )?(\w+)/g)].map((match) => match[1] as string);
  const known = new Set<string>(controlWords.map(({ name }) => name));
  expect(words.length).toBeGreaterThan(15);
  expect(words.filter((word) => !known.has(word))).toEqual([]);
});

test('its links lead somewhere', () => {
  const links = [...markdown.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] as string);
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((link) => !existsSync(join(project, 'docs', link)))).toEqual([]);
});

test('what it gives fail2ban finds the line that it shows', () => {
  const filter = readFileSync(join(project, 'deploy/fail2ban/filter.d/ringzone-refused.conf'), 'utf8');
  const pattern = /^failregex = \^%\(_prefix\)s(.+)\$$/m.exec(filter)?.[1] as string;
  // fail2ban takes the time away first, and puts an address in place of <HOST>.
  const regex = new RegExp(pattern.replace('<HOST>', '(?<host>[\\d.]+)'), 'gm');
  const found = [...markdown.matchAll(regex)].map((match) => `${match.groups?.host} ${match[0].includes('@0x')}`);
  expect(found).toEqual(['127.0.0.1 true']);
});
