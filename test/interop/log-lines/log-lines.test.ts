/**
 * The lines of the log, compared with BIND's for the same events: with those recorded from BIND 9.18.49, and where BIND is
 * installed with those that it writes now. `RECORD_BIND_LOG=1` records them anew.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { differences, rewrites } from './differences.ts';
import { type Played, play, settleExpected, settleQuiet } from './play.ts';
import { readRecording, recordedVersion, writeRecording } from './recording.ts';
import { scene } from './scene.ts';
import { bindVersion, type Product } from './server.ts';

if (process.env.RECORD_BIND_LOG === '1') {
  const version = await bindVersion();
  if (version !== recordedVersion) throw new Error(`the recording is of BIND ${recordedVersion}, not of ${version}`);
  writeRecording(await play('BIND', settleQuiet));
}
const recorded = readRecording();
let ours: Played;
let theirs: Played | undefined;

function isDifference(product: Product, name: string, line: string): boolean {
  return differences.some(({ of, lines, step = name }) => of === product && step === name && lines.test(line));
}

function rewrite(line: string): string {
  return rewrites.reduce((text, { part, by }) => text.replace(part, by), line);
}

/** Those that both must have. */
function common(product: Product, played: Played, name: string): readonly string[] {
  return (played.get(name) ?? []).filter((line) => !isDifference(product, name, line)).map(rewrite);
}

function expectedOf(product: Product): Played {
  if (product === 'BIND') return recorded;
  return new Map([...recorded.keys()].map((name) => [name, common('BIND', recorded, name)]));
}

async function playOn(product: Product): Promise<Played> {
  const map = product === 'BIND' ? (line: string) => line : rewrite;
  return await play(
    product,
    (linesOfStep, expected) => settleExpected(() => linesOfStep().map(map), expected),
    expectedOf(product),
  );
}

beforeAll(async () => {
  const version = await bindVersion();
  // Each release may word some line in another way: what is compared is the series that was recorded.
  const isComparable = version?.startsWith('9.18.') === true;
  if (!isComparable) console.warn(`skipped: side by side with BIND, which is ${version ?? 'not installed'}`);
  [ours, theirs] = await Promise.all([playOn('Ringzone'), isComparable ? playOn('BIND') : undefined]);
}, 240_000);

const sorted = (lines: readonly string[]) => lines.toSorted();

describe.each(scene.map(({ name }) => name))('%s', (name) => {
  test(`has BIND ${recordedVersion}'s lines`, () => {
    expect(sorted(common('Ringzone', ours, name))).toEqual(sorted(common('BIND', recorded, name)));
  });

  test('has the lines of the BIND that is installed', () => {
    if (theirs === undefined) return;
    expect(sorted(common('Ringzone', ours, name))).toEqual(sorted(common('BIND', theirs, name)));
  });

  test('has them in their order, zone by zone', () => {
    expect(byZone(common('Ringzone', ours, name))).toEqual(byZone(common('BIND', recorded, name)));
  });
});

/** The lines of a category about a zone, of the categories that one thread writes. */
function byZone(lines: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const about = /^(xfer-in|zoneload|update|xfer-out): \w+: (?:client .*)?(?:transfer of '|zone '?)([^'\s:]+\/IN)/;
  const groups: Record<string, string[]> = {};
  for (const line of lines) {
    const found = about.exec(line);
    if (found === null) continue;
    const group = `${found[1]} ${found[2]}`;
    groups[group] = [...(groups[group] ?? []), line];
  }
  return groups;
}

test('each difference is one still', () => {
  const all = (played: Played) => [...played.values()].flat();
  const unused = differences.filter(({ of, lines }) => {
    return !all(of === 'BIND' ? recorded : ours).some((line) => lines.test(line));
  });
  expect(unused.map(({ lines }) => lines)).toEqual([]);
  const changed = (part: RegExp) => [...all(recorded), ...all(ours)].some((line) => part.test(line));
  expect(rewrites.filter(({ part }) => !changed(part))).toEqual([]);
});
