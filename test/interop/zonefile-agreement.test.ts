/**
 * Every golden zone is given to BIND's named-compilezone too: it must accept what the parser accepts, and read the same
 * records. Our .out files go through it as well, so that the comparison doesn't rest on the printer.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openFile } from '../../src/zonefile/zone-source.ts';
import { apexOfGolden, goldenFolder, parseToText, readGolden } from '../zonefile/parse-to-text.ts';

/** Where the parser and BIND judge differently, and why the parser is right to. */
const differences: Readonly<Record<string, string>> = {
  '31-byte-order-mark':
    'BIND takes the mark for a part of the first name; an editor put it there, so it is only worth a warning',
  '44-include-relative': "BIND looks in named's working directory, the parser beside the including file",
};

/** Files whose lines are also judged one by one, because a single error would hide that BIND accepts the others. */
const lineTopics = [
  '08-bad-ttl',
  '16-unknown-type',
  '17-record-too-short',
  '18-bad-owner',
  '20-other-class',
  '21-directives',
  '27-generate-bad',
  '28-types-without-place',
  '29-bad-data',
];

/** Lines that BIND accepts and the parser does not. */
const lineDifferences: Readonly<Record<string, string>> = {
  '$DATE 20120101000000': "in dumps of caches only; in a zone it would shorten every TTL by the dump's age",
  '$GENERATE 1-2x a$ A 192.0.2.$': 'what stands behind the range is lost without a word',
};

/** Syntax only: what a zone must contain is checked elsewhere. */
const noContentChecks = [
  '-i',
  'none',
  ...['-k', '-m', '-n', '-r', '-S', '-T', '-W'].flatMap((option) => [option, 'ignore']),
];

const folder = mkdtempSync(join(tmpdir(), 'zonefile-agreement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const topics = readdirSync(goldenFolder)
  .filter((name) => name.endsWith('.zone'))
  .map((name) => name.replace(/\.zone$/, ''));

describe.skipIf(!isInstalled())('zone files as BIND reads them', () => {
  test.concurrent.each(topics)('%s', async (topic) => {
    const { records, codes } = parseToText(`${topic}.zone`);
    const isAccepted = !codes.some((code) => code < 'ZF30');
    const bind = await compile(topic, `${topic}.zone`);
    const agrees = isAccepted === (bind !== undefined);
    expect(agrees, differences[topic] ?? `BIND ${bind === undefined ? 'refuses' : 'accepts'} it`).toBe(
      !(topic in differences),
    );
    if (bind === undefined || !isAccepted) return;
    const printed = join(folder, `${topic}.printed`);
    writeFileSync(printed, records);
    expect(await compile(topic, printed)).toBe(bind);
  });
});

describe.skipIf(!isInstalled())('lines as BIND judges them', () => {
  test.concurrent.each(lineTopics)('%s', async (topic) => {
    const lines = readGolden(`${topic}.zone`).split('\n');
    const header = lines.slice(0, 3);
    for (const [index, line] of lines.entries()) {
      if (index < 3 || line === '') continue;
      const file = join(folder, `${topic}-${index}.zone`);
      writeFileSync(file, [...header, line, ''].join('\n'));
      const isAccepted = !parseToText(file, openFile).codes.some((code) => code < 'ZF30');
      const isAcceptedByBind = (await compile(topic, file)) !== undefined;
      expect(isAccepted === isAcceptedByBind, line).toBe(!(line in lineDifferences));
    }
  });
});

/** The zone in BIND's canonical text, undefined where BIND refuses it. */
function compile(topic: string, file: string): Promise<string | undefined> {
  const out = join(folder, `${topic}-${file.endsWith('.zone') ? 'bind' : 'ours'}.out`);
  const format = ['-f', 'text', '-F', 'text', '-s', 'full', '-o', out];
  return new Promise((resolve) => {
    execFile(
      'named-compilezone',
      [...noContentChecks, ...format, apexOfGolden(topic), file],
      { cwd: goldenFolder },
      (error) => {
        resolve(error === null ? readFileSync(out, 'utf8') : undefined);
      },
    );
  });
}

function isInstalled(): boolean {
  try {
    execFileSync('named-compilezone', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('skipped: named-compilezone (bind9-utils) is not installed');
    return false;
  }
}
