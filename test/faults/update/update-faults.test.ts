/** The whole server when it is killed, or its disk is full, in the middle of updates. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Folder, ServeProcess, serialOf, zoneText } from '../../e2e/serve-process.ts';
import { askRaw } from '../../interop/lib/dns-client.ts';
import { findFreePort } from '../../interop/lib/free-port.ts';
import { addText, buildUpdate } from '../../interop/lib/update-message.ts';
import { transfer } from '../../interop/update/nsupdate.ts';
import { lifetime, UpdateStream } from './update-stream.ts';

/** RINGZONE_UPDATE_KILL_ROUNDS=200 takes some minutes. */
const killRounds = Number(process.env.RINGZONE_UPDATE_KILL_ROUNDS ?? 5);
const zone = 'a.test';

let folder: Folder;
let port: number;
let config: string;
beforeEach(async () => {
  folder = new Folder();
  port = await findFreePort();
  config = configure();
});
afterEach(() => folder.remove());

function configure(dataDir = 'data', journalOctets = 100_000): string {
  folder.write('zone', zoneText(1));
  return folder.write(
    'ringzone.yaml',
    `listen: ["127.0.0.1:${port}"]
workers: 1
data-dir: ${dataDir}
allow-transfer: [127.0.0.1]
zones:
  ${zone}: { file: zone, allow-update: [127.0.0.1], max-journal-size: ${journalOctets} }
`,
  );
}

function serve(wrapper: readonly string[] = []): ServeProcess {
  return new ServeProcess(['-c', config], { cwd: folder.path, wrapper });
}

/** The numbers whose names are there: both, or there is a half update. */
function readNumbers(records: readonly string[]): ReadonlySet<number> {
  const numbersOf = (letter: string) =>
    records.flatMap((line) => {
      const [, number, text] = new RegExp(`^${letter}(\\d+)\\.${zone}\\. 60 IN TXT "(\\d+)"$`).exec(line) ?? [];
      expect(text).toBe(number);
      return number === undefined ? [] : [Number(number)];
    });
  const [a, b] = [new Set(numbersOf('a')), new Set(numbersOf('b'))];
  expect(a).toEqual(b);
  return a;
}

test(`kill -9 at any moment: no acknowledged update is lost, none is half there (${killRounds} rounds)`, {
  timeout: killRounds * 20_000,
}, async ({ skip }) => {
  if (spawnSync('dig', ['-v']).error !== undefined) skip('needs dig');
  const seed = Number(process.env.RINGZONE_SEED);
  /** What must be there, from all rounds. */
  let sure = new Set<number>();
  let lastSerial = 0;
  let next = 1;
  for (let round = 0; round < killRounds; round++) {
    const server = serve();
    await server.ready();
    const serial = Number(await serialOf(port, zone));
    expect(serial).toBeGreaterThanOrEqual(lastSerial);
    const present = readNumbers(await transfer(port, zone));
    const lost = [...sure].filter((number) => number >= next - lifetime && !present.has(number));
    expect(lost, `round ${round}`).toEqual([]);
    // What was sent and not acknowledged is there or not; from now on it stays so.
    sure = new Set(present);
    const stream = new UpdateStream(port, zone, next);
    await stream.start(20);
    // Now and then in the middle of the first flush, now and then far behind.
    await sleep(((round * 7919 + seed) % 13) ** 2 * 4);
    lastSerial = Number(await serialOf(port, zone));
    server.kill(round % 10 === 9 ? 'SIGTERM' : 'SIGKILL');
    await server.exit;
    stream.stop();
    expect(stream.refused).toEqual([]);
    for (const number of stream.acknowledged) sure.add(number);
    next = stream.next;
  }
  expect(lastSerial).toBeGreaterThan(killRounds);
});

describe('a full disk', () => {
  test('updates get SERVFAIL, the zone is served as it was, and takes updates when there is room', async ({ skip }) => {
    const data = join(folder.path, 'small');
    mkdirSync(data);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', data]);
    if (mount.status !== 0) skip('needs root, to mount a small tmpfs');
    let server: ServeProcess | undefined;
    try {
      config = configure(data, 1 << 30);
      server = serve();
      await server.ready();
      let done = 0;
      for (; done < 1000; done++) {
        const rcode = await update(done, 'x'.repeat(700));
        if (rcode === 2) break;
        expect(rcode).toBe(0);
      }
      expect(done).toBeGreaterThan(20);
      expect(done).toBeLessThan(1000);
      await server.waitFor(/update failed: no space left on the disk/);
      // It fails again and again, and what is served stays whole.
      for (let i = 0; i < 20; i++) expect(await update(done, 'x'.repeat(700))).toBe(2);
      expect(await serialOf(port, zone)).toBe(1 + done);
      expect((await transfer(port, zone)).filter((line) => line.startsWith('n')).length).toBe(done + 1);
      execFileSync('mount', ['-o', 'remount,size=8m', data]);
      expect(await update(done, 'room')).toBe(0);
      server.kill('SIGKILL');
      await server.exit;
      server = serve();
      await server.ready();
      expect(await serialOf(port, zone)).toBe(2 + done);
      expect((await transfer(port, zone)).filter((line) => line.startsWith('n')).length).toBe(done + 2);
    } finally {
      server?.kill('SIGKILL');
      await server?.exit;
      execFileSync('umount', [data]);
    }
  });

  async function update(number: number, text: string): Promise<number> {
    const message = buildUpdate(number + 1, zone, [addText(`n${number}.${zone}`, text)]);
    const response = await askRaw(port, message, { timeoutMs: 5000 });
    return (response?.[3] ?? 255) & 15;
  }
});

describe('what the kernel is asked for', () => {
  const hasStrace = spawnSync('strace', ['-V']).status === 0;

  test.skipIf(!hasStrace)('no answer precedes its flush, and updates share one (skipped without strace)', async () => {
    const trace = join(folder.path, 'trace');
    config = configure('data', 1 << 30);
    const calls = 'trace=fdatasync,pwrite64,sendmmsg';
    const server = serve(['strace', '-f', '-y', '-xx', '-s', '8', '-o', trace, '-e', calls]);
    await server.ready();
    const alone = 10;
    for (let number = 1; number <= alone; number++) {
      const message = buildUpdate(number, zone, [addText(`n${number}.${zone}`, 'x')]);
      expect(((await askRaw(port, message, { timeoutMs: 10_000 }))?.[3] ?? 255) & 15).toBe(0);
    }
    const stream = new UpdateStream(port, zone, 1000);
    await stream.start(20);
    while (stream.acknowledged.size < 200) await sleep(20);
    stream.stop();
    // strace ends with the server.
    const { pid } = server.child;
    process.kill(Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]), 'SIGKILL');
    await server.exit;
    checkTrace(readFileSync(trace, 'utf8').split('\n'), alone);
  });

  const threadOf = (line: string) => line.slice(0, line.indexOf(' '));

  /** One after the other: the n-th answer has n flushes before it. Then twenty at once share them. */
  function checkTrace(lines: readonly string[], alone: number): void {
    let flushes = 0;
    let answers = 0;
    let isDataFlushed = false;
    let atFirst = -1;
    const flushesAt: number[] = [];
    /** By thread: when the call began that another thread's has cut in two lines. */
    const begun = new Map<string, number>();
    for (const line of lines) {
      // Calls that others interrupt stand in two lines; a flush counts when it has returned, an answer when it begins.
      if (/fdatasync.*= 0$/.test(line)) isDataFlushed = true;
      else if (isDataFlushed && /pwrite64.*= 128$/.test(line)) {
        flushes++;
        isDataFlushed = false;
      } else if (/sendmmsg\([^"]*<unfinished/.test(line)) begun.set(threadOf(line), flushes);
      else if (/sendmmsg.*iov_base="(\\x[0-9a-f]{2}){2}\\xa8/.test(line)) {
        const flushesBefore = line.includes('resumed') ? (begun.get(threadOf(line)) ?? 0) : flushes;
        if (atFirst < 0) atFirst = flushesBefore;
        flushesAt.push(flushesBefore);
        answers++;
      }
    }
    expect(answers).toBeGreaterThanOrEqual(alone + 200);
    for (let i = 1; i < alone; i++) expect(flushesAt[i]).toBeGreaterThanOrEqual((flushesAt[i - 1] as number) + 1);
    expect(atFirst).toBeGreaterThanOrEqual(1);
    const together = flushes - (flushesAt[alone - 1] as number);
    expect(together).toBeGreaterThan(5);
    // As many flushes as updates would be one each.
    expect(together).toBeLessThan((answers - alone) / 2);
  }
});
