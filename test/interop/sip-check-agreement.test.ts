/** named-checkzone, nsd-checkzone and Knot's zone-check as second opinions on NAPTR's regexps and on the worked examples. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadText } from '../unit/store/check/load-text.ts';
import { doubtfulPatterns, faultyPatterns, goodPatterns } from '../unit/store/check/sip/ere-patterns.ts';
import { sipCases } from '../unit/store/check/sip/sip-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-sip-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  return { status, output: `${stdout}${stderr}` };
}

function isThere(command: string, ...args: string[]): boolean {
  const isInstalled = spawnSync(command, args).error === undefined;
  if (!isInstalled) console.warn(`skipped: ${command} is not installed`);
  return isInstalled;
}

const hasNamed = isThere('named-checkzone', '-v');
const hasNsd = isThere('nsd-checkzone', '-h');
const hasKnot = isThere('knotc', '--version');

describe.skipIf(!hasNamed)('named-checkzone', () => {
  test.each(sipCases)('$title', ({ title, lines, bind }) => {
    const file = join(folder, `${title.replaceAll(/\W/g, '-')}.zone`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    const judged = run('named-checkzone', ['-i', 'local', 'z.test', file]);
    expect(loadText(lines).zone !== undefined).toBe(judged.status === 0);
    expect(judged.output).toMatch(bind ?? /OK/);
  });

  const inFile = (pattern: string): string[] => [
    '$TTL 300',
    '@ SOA ns hm 1 3600 600 604800 300',
    '@ NS ns',
    'ns A 192.0.2.1',
    `a NAPTR 1 1 "u" "http+I2R" "!${pattern.replaceAll('\\', '\\\\')}!http://b!" .`,
  ];

  test.each([...faultyPatterns, ...doubtfulPatterns, ...goodPatterns])('the pattern %j', (pattern) => {
    const file = join(folder, 'pattern.zone');
    writeFileSync(file, `${inFile(pattern).join('\n')}\n`);
    const judged = run('named-checkzone', ['-i', 'local', 'z.test', file]);
    expect(loadText(inFile(pattern)).zone !== undefined).toBe(judged.status === 0);
  });
});

const zones = join(import.meta.dirname, '../../zones');
const names = readdirSync(zones).filter((name) => !name.startsWith('.'));

describe('the worked examples', () => {
  test.skipIf(!hasNamed).each(names)('named-checkzone: %s', (name) => {
    const { status, output } = run('named-checkzone', ['-i', 'local', name, join(zones, name)]);
    expect([status, output.replace(/^zone \S+: loaded serial \d+\n/, '')]).toEqual([0, 'OK\n']);
  });

  test.skipIf(!hasNsd).each(names)('nsd-checkzone: %s', (name) => {
    const { status, output } = run('nsd-checkzone', [name, join(zones, name)]);
    expect([status, output.trim()]).toEqual([0, `zone ${name} is ok`]);
  });

  // What kzonecheck does, in the program that comes with the server.
  test.skipIf(!hasKnot)('Knot, with its semantic checks', () => {
    mkdirSync(join(folder, 'knot'));
    const config = join(folder, 'knot.conf');
    const list = names.map((name) => `  - domain: ${name}\n    file: ${join(zones, name)}\n`).join('');
    writeFileSync(
      config,
      `server:
    rundir: ${join(folder, 'knot')}
database:
    storage: ${join(folder, 'knot')}
template:
  - id: default
    semantic-checks: on
zone:
${list}`,
    );
    const { status, output } = run('knotc', ['-c', config, 'zone-check']);
    expect([status, output]).toEqual([0, '']);
  });
});
