import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DnstapConfig, DnstapOutput } from '../../../../src/control/dnstap/dnstap-config.ts';
import type { FromDnstapThread } from '../../../../src/control/dnstap/tap-messages.ts';
import { TapWriter } from '../../../../src/control/dnstap/tap-writer.ts';
import { createTapRing, TapRingWriter } from '../../../../src/plane/rings/tap-ring.ts';
import { Collector } from './collector.ts';
import { decodeTap, splitFrames } from './decode-tap.ts';
import { allTypes, putMessages } from './put-messages.ts';

let folder: string;
let collector: Collector | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-tap-'));
});
afterEach(async () => {
  await collector?.close();
  collector = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string) => join(folder, name);
const patience = { timeout: 20_000 };

function fileOutput(name: string): DnstapOutput {
  return {
    kind: 'file',
    path: path(name),
    sizeOctets: Number.POSITIVE_INFINITY,
    versions: undefined,
    suffix: 'increment',
  };
}

const socketOutput = (): DnstapOutput => ({ kind: 'unix', path: path('sock') });

const configOf = (output: DnstapOutput): DnstapConfig => ({
  types: allTypes,
  output,
  identity: 'ns1',
  version: undefined,
});

/** A running writer with two rings, what it has said, and its end. */
function start(output: DnstapOutput, ringOctets?: number) {
  const rings = [createTapRing(ringOctets), createTapRing(ringOctets)];
  const posted: FromDnstapThread[] = [];
  const writer = new TapWriter({ config: configOf(output), rings, owner: undefined }, (message) =>
    posted.push(message),
  );
  const ended = writer.run();
  // V8's waits keep no process alive, as the port of the thread does.
  const alive = setInterval(() => undefined, 1000);
  const stop = async () => {
    writer.receive({ kind: 'stop' });
    await ended;
    clearInterval(alive);
  };
  const writers = rings.map((ring) => new TapRingWriter({ ring, types: allTypes }));
  const [first, second] = writers as [TapRingWriter, TapRingWriter];
  return { writer, first, second, posted, stop };
}

const numberOf = (frame: Buffer) => Buffer.from(String(decodeTap(frame).query), 'hex').readUInt32BE(0);
const numbersIn = (name: string) => splitFrames(readFileSync(path(name))).data.map(numberOf);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const dropped = (posted: readonly FromDnstapThread[]) =>
  posted.reduce((sum, message) => sum + (message.kind === 'dropped' ? message.messages : 0), 0);
const troubles = (posted: readonly FromDnstapThread[]) =>
  posted.flatMap((message) => (message.kind === 'trouble' ? [message.trouble.message] : []));

describe('to a file', () => {
  test('the messages of all rings, those too that come with the end', async () => {
    const { first, second, stop, posted } = start(fileOutput('a.tap'));
    putMessages(first, 1000);
    putMessages(second, 1000, 1000);
    await expect.poll(() => numbersIn('a.tap').length, patience).toBe(2000);
    putMessages(first, 5, 2000);
    await stop();
    expect(numbersIn('a.tap').toSorted((a, b) => a - b)).toEqual(range(0, 2005));
    expect(posted).toEqual([{ kind: 'done', problem: undefined }, { kind: 'stopped' }]);
  });

  test('a flood is dropped where it finds no room, counted, and none is lost otherwise', async () => {
    const { first, stop, posted } = start(fileOutput('a.tap'), 16_384);
    // Without a turn of the event loop in between the writer can take none: 16,384 / 80 = 204 fit.
    putMessages(first, 5000);
    await expect.poll(() => dropped(posted), patience).toBe(4796);
    putMessages(first, 100, 5000);
    await stop();
    expect(numbersIn('a.tap')).toEqual([...range(0, 204), ...range(5000, 5100)]);
  });

  test('is begun anew, put away, and changed for another, while messages come', async () => {
    const { writer, first, posted, stop } = start(fileOutput('a.tap'));
    const done = () => posted.filter(({ kind }) => kind === 'done').length;
    putMessages(first, 10);
    writer.receive({ kind: 'reopen', versions: 3 });
    await expect.poll(done, patience).toBe(2);
    putMessages(first, 10, 10);
    writer.receive({ kind: 'configure', config: configOf(fileOutput('b.tap')) });
    await expect.poll(done, patience).toBe(3);
    putMessages(first, 10, 20);
    await stop();
    expect([numbersIn('a.tap.0'), numbersIn('a.tap'), numbersIn('b.tap')]).toEqual([
      range(0, 10),
      range(10, 20),
      range(20, 30),
    ]);
    for (const name of ['a.tap.0', 'a.tap', 'b.tap']) {
      expect(splitFrames(readFileSync(path(name))).controls.map(([type]) => type)).toEqual([2, 3]);
    }
  });

  test('the same output goes on as it is', async () => {
    const { writer, first, posted, stop } = start(fileOutput('a.tap'));
    putMessages(first, 10);
    writer.receive({ kind: 'configure', config: { ...configOf(fileOutput('a.tap')), identity: 'ns2' } });
    await expect.poll(() => posted.length, patience).toBe(2);
    putMessages(first, 1, 10);
    await stop();
    const frames = splitFrames(readFileSync(path('a.tap'))).data.map(decodeTap);
    expect(frames.map(({ identity }) => identity)).toEqual([...range(0, 10).map(() => 'ns1'), 'ns2']);
  });

  test('why it cannot be opened is told', async () => {
    const { posted, stop } = start(fileOutput('none/a.tap'));
    await expect.poll(() => posted[0], patience).toMatchObject({ kind: 'done', problem: /its folder does not exist/ });
    await stop();
  });
});

describe('to a collector', () => {
  test('READY, START, messages, STOP', async () => {
    collector = await Collector.listen(path('sock'));
    const { first, second, stop, posted } = start(socketOutput());
    putMessages(first, 3000);
    putMessages(second, 3000, 3000);
    await expect.poll(() => collector?.frames.length, patience).toBe(6000);
    await stop();
    expect(collector.controls).toEqual([4, 2, 3]);
    expect(collector.frames.map(numberOf).toSorted((a, b) => a - b)).toEqual(range(0, 6000));
    expect(troubles(posted)).toEqual([]);
  });

  test('that comes later gets what waits for it; one that goes away and comes back gets a stream of its own', async () => {
    const { first, stop, posted } = start(socketOutput());
    putMessages(first, 10);
    await expect
      .poll(() => troubles(posted), patience)
      .toEqual([expect.stringMatching(/is the collector running\? \[ENOENT\]/)]);
    collector = await Collector.listen(path('sock'));
    await expect.poll(() => collector?.frames.length, patience).toBe(10);
    await collector.close();
    await expect.poll(() => troubles(posted).length, patience).toBeGreaterThan(1);
    putMessages(first, 10, 10);
    collector = await Collector.listen(path('sock'));
    await expect.poll(() => collector?.frames.map(numberOf), patience).toEqual(range(10, 20));
    await stop();
    expect(collector.controls).toEqual([4, 2, 3]);
    expect(dropped(posted)).toBe(0);
  });

  test('that does not read: messages wait, then they are dropped and counted, and the end does not wait for it', async () => {
    collector = await Collector.listen(path('sock'), { isStuck: true });
    const { first, stop, posted } = start(socketOutput(), 262_144);
    // More than socket buffers, what waits in the socket, and the ring take.
    for (let i = 0; i < 200; i++) {
      putMessages(first, 20, i * 20, 4096);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await expect.poll(() => dropped(posted), patience).toBeGreaterThan(0);
    const before = performance.now();
    await stop();
    expect(performance.now() - before).toBeLessThan(10_000);
    // What was given to the connection and not taken is counted, too.
    expect(troubles(posted).at(-1)).toMatch(/\d+ messages lost with the connection$/);
  });

  test('that takes something else is not written to', async () => {
    collector = await Collector.listen(path('sock'), { accepts: [Buffer.from('protobuf:other')] });
    const { first, stop, posted } = start(socketOutput());
    putMessages(first, 10);
    await expect.poll(() => troubles(posted)[0], patience).toMatch(/does not take protobuf:dnstap\.Dnstap/);
    await stop();
    expect(collector.frames).toEqual([]);
    expect(dropped(posted)).toBe(10);
  });

  test('that has no end of its own is left', async () => {
    collector = await Collector.listen(path('sock'), { neverFinishes: true });
    const { first, stop } = start(socketOutput());
    putMessages(first, 10);
    await expect.poll(() => collector?.frames.length, patience).toBe(10);
    await stop();
    expect(collector.controls).toEqual([4, 2, 3]);
  });
});
