/** What is shipped beside the code holds together: unit, container files, the README's commands. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const unit = join(root, 'deploy/systemd/ringzone.service');
const systemdAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

it.skipIf(!systemdAnalyze)(
  'has a unit that systemd finds no fault with (skipped where systemd is not installed)',
  () => {
    // It exits 0 for unknown keys too: any line is a fault, but for the program that isn't installed here.
    const { stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => line !== '' && !line.includes('is not executable'))).toEqual([]);
  },
);

/** The unit with BIND's drop-in over it. */
function withDropIn(work: (unit: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'ringzone-unit-'));
  try {
    const copy = join(folder, 'ringzone.service');
    cpSync(unit, copy);
    mkdirSync(`${copy}.d`);
    cpSync(join(root, 'deploy/systemd/bind.conf'), join(`${copy}.d`, 'bind.conf'));
    work(copy);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it.skipIf(!systemdAnalyze)("has a drop-in for BIND's files that systemd finds no fault with", () => {
  withDropIn((copy) => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', copy], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => line !== '' && !line.includes('is not executable'))).toEqual([]);
  });
});

it.skipIf(!systemdAnalyze)('is no more exposed with it than its own user costs', () => {
  withDropIn((copy) => {
    const { status, stdout } = spawnSync('systemd-analyze', ['security', '--offline=yes', '--threshold=25', copy], {
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/Overall exposure level/);
    expect(status, stdout).toBe(0);
  });
});

it('has a drop-in that replaces what it means to', () => {
  const keys = (text: string) => [...text.matchAll(/^(\w+)=/gm)].map(([, key]) => key);
  const own = keys(read('deploy/systemd/ringzone.service'));
  const replaced = keys(read('deploy/systemd/bind.conf')).filter((key) => own.includes(key));
  expect(replaced).toEqual(['DynamicUser', 'User', 'UMask']);
});

it.skipIf(!systemdAnalyze)('has a unit whose exposure is at most 2.0', () => {
  const report = execFileSync('systemd-analyze', ['security', '--offline=yes', '--threshold=20', unit], {
    encoding: 'utf8',
  });
  expect(report).toMatch(/Overall exposure level/);
});

it('copies only what exists into the image', () => {
  const sources = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
    (match[1] as string).split(' '),
  );
  expect(sources.length).toBeGreaterThan(5);
  expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it('runs in the image what the package runs', () => {
  const { bin } = JSON.parse(read('package.json')) as { bin: { ringzone: string } };
  const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(read('Dockerfile'))?.[1] ?? '[]') as string[];
  // Between them options of Node's own.
  expect([entry[0], entry.at(-1)]).toEqual(['node', bin.ringzone]);
  expect(entry.slice(1, -1).filter((option) => !option.startsWith('--'))).toEqual([]);
});

it('links to files that exist', () => {
  for (const page of ['README.md', 'CONTRIBUTING.md', 'docs/ARCHITECTURE.md', 'docs/installing.md']) {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] as string);
    const folder = page.startsWith('docs/') ? 'docs' : '.';
    expect(links.filter((link) => !existsSync(join(root, folder, link)))).toEqual([]);
  }
});

it('says which Node it needs in one sentence', () => {
  const old = spawnSync(
    process.execPath,
    [
      '-e',
      `
    Object.defineProperty(process.versions, 'node', { value: '20.1.0' });
    import(${JSON.stringify(join(root, 'bin/ringzone.js'))});
  `,
    ],
    { encoding: 'utf8' },
  );
  expect(old.status).toBe(1);
  expect(old.stderr).toMatch(/^ringzone needs Node 24 or newer; this is Node 20\.1\.0 \(.+\)\.\n$/);
});
