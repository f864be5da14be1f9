/** Both sides in one process, over a real socket. */
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlChannel } from '../../../../src/control/channel/control-channel.ts';
import { askControl } from '../../../../src/control/channel/control-client.ts';
import { HandOverDesk } from '../../../../src/control/hand-over/hand-over-desk.ts';
import { Predecessor } from '../../../../src/control/hand-over/predecessor.ts';
import { upgrade } from '../../../../src/control/hand-over/successor.ts';
import { Log } from '../../../../src/control/log/log.ts';
import { findLibc, type Libc } from '../../../../src/plane/libc.ts';
import { FakeTarget } from '../channel/fake-target.ts';

const libc = findLibc() as Libc;
let folder: string;
let path: string;
let channel: ControlChannel | undefined;
let desk: HandOverDesk;
const told: string[] = [];
let descriptors: number[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-hand-over-'));
  path = join(folder, 'c.sock');
  told.length = 0;
  descriptors = [1, 2];
  const log = await Log.create();
  log.event = () => undefined;
  desk = new HandOverDesk(
    {
      sockets: () => descriptors,
      lend: async () => void told.push('lend'),
      takeBack: async () => void told.push('take back'),
      leave: async () => void told.push('leave'),
    },
    log,
  );
  const handOver = {
    get isBusy() {
      return desk.isBusy;
    },
    take: desk.take.bind(desk),
    upgrade: () => upgrade(desk, path, () => new EventEmitter() as never),
  };
  const opened = await ControlChannel.open(
    { path, takeover: false },
    Object.assign(new FakeTarget(), { handOver }),
    log,
  );
  if (!opened.ok) throw new Error(opened.error);
  channel = opened.value;
});
afterEach(async () => {
  await channel?.end();
  rmSync(folder, { recursive: true });
});

async function predecessor(trusted: readonly number[] = []): Promise<Predecessor> {
  const asked = await Predecessor.ask(path, trusted);
  if (!asked.ok) throw new Error(asked.error.message);
  return asked.value;
}

describe.skipIf(libc === undefined)('a hand-over', () => {
  test('gives duplicates of all descriptors, then the data, then the place', async () => {
    // More than go into one message.
    descriptors = Array.from({ length: 450 }, (_, i) => (i % 2) + 1);
    const before = await predecessor();
    expect(before.pid).toBe(process.pid);
    expect(before.descriptors).toHaveLength(450);
    expect(readlinkSync(`/proc/self/fd/${before.descriptors[449]}`)).toBe(readlinkSync('/proc/self/fd/2'));
    expect(desk.isBusy).toBe(true);
    expect(await before.lendData()).toBeUndefined();
    expect(await before.exchange()).toBeUndefined();
    before.close();
    await expect.poll(() => told).toEqual(['lend', 'leave']);
    for (const fd of before.descriptors) libc.close(fd);
  });

  test('that ends before the exchange leaves all as it was; the next one may come then', async () => {
    const before = await predecessor();
    await before.lendData();
    expect(await Predecessor.ask(path, [])).toMatchObject({ ok: false, error: { kind: 'refused', message: /busy/ } });
    // Nothing is changed meanwhile, and people may look.
    expect(await askControl(path, { command: ['reload'] })).toMatchObject({ value: { ok: false, failure: 'busy' } });
    expect(await askControl(path, { command: ['null'] })).toMatchObject({ value: { ok: true } });
    before.fail('it is broken');
    before.close();
    await expect.poll(() => told).toEqual(['lend', 'take back']);
    await expect.poll(() => desk.isBusy).toBe(false);
    (await predecessor()).close();
    await expect.poll(() => desk.isBusy).toBe(false);
    expect(told).toEqual(['lend', 'take back']);
  });

  test('is for who has asked for the sockets first, on the same connection', async () => {
    for (const step of ['data', 'exchange', 'failed', 'nonsense']) {
      expect(await askControl(path, { command: ['hand-over', step] })).toMatchObject({
        value: { ok: false, failure: 'unexpected' },
      });
    }
    expect(await askControl(path, { command: ['hand-over', 'sockets', '99'] })).toMatchObject({
      value: { failure: 'version' },
    });
    expect(told).toEqual([]);
  });

  test('nobody there, and a server that does not know it, are told apart', async () => {
    expect(await Predecessor.ask(join(folder, 'none.sock'), [])).toMatchObject({ error: { kind: 'absent' } });
    expect(await Predecessor.ask('/dev/null', [])).toMatchObject({ error: { kind: 'absent' } });
    const old = await lineServer('{"received":true}\n{"ok":false,"failure":"unknown command","text":""}\n');
    expect(await Predecessor.ask(join(folder, 'old.sock'), [])).toMatchObject({ error: { kind: 'unable' } });
    old.close();
  });

  test('a server that promises more descriptors than it sends is not believed', async () => {
    const liar = await lineServer('{"received":true}\n{"ok":true,"text":"","data":{"pid":1,"descriptors":3}}\n');
    expect(await Predecessor.ask(join(folder, 'old.sock'), [])).toMatchObject({
      error: { kind: 'refused', message: /not all/ },
    });
    liar.close();
  });
});

async function lineServer(answer: string): Promise<Server> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(answer));
  });
  server.listen(join(folder, 'old.sock'));
  await once(server, 'listening');
  return server;
}

describe.skipIf(libc === undefined)('an upgrade', () => {
  function start(): { readonly child: EventEmitter; readonly starter: () => never } {
    const child = Object.assign(new EventEmitter(), { pid: 42, unref: () => undefined });
    return { child, starter: () => child as never };
  }

  test('is done when the successor has taken over', async () => {
    const { starter } = start();
    const upgraded = upgrade(desk, path, starter);
    const before = await predecessor();
    await before.exchange();
    expect(await upgraded).toEqual({ ok: true, text: 'pid: 42', data: { pid: 42 } });
    before.close();
    for (const fd of before.descriptors) libc.close(fd);
    expect(await upgrade(desk, path, starter)).toMatchObject({ ok: false, failure: 'busy' });
  });

  test('is one at a time, also before the successor has asked for anything', async () => {
    const first = start();
    const upgraded = upgrade(desk, path, first.starter);
    expect(await upgrade(desk, path, start().starter)).toMatchObject({ ok: false, failure: 'busy' });
    first.child.emit('exit', 1);
    expect(await upgraded).toMatchObject({ ok: false, text: /exit code 1/ });
  });

  test('fails with what the successor has said, or with its end', async () => {
    const first = start();
    const upgraded = upgrade(desk, path, first.starter);
    const before = await predecessor();
    first.child.emit('exit', 1);
    before.fail('port 53 is taken');
    before.close();
    for (const fd of before.descriptors) libc.close(fd);
    expect(await upgraded).toMatchObject({ ok: false, failure: 'this server goes on', text: 'port 53 is taken' });
    const second = start();
    const again = upgrade(desk, path, second.starter);
    second.child.emit('exit', 2);
    expect(await again).toMatchObject({ ok: false, text: /exit code 2/ });
    const third = start();
    const never = upgrade(desk, path, third.starter);
    third.child.emit('error', new Error('ENOENT'));
    expect(await never).toMatchObject({ ok: false, text: "it can't be started: ENOENT" });
  });

  test('needs a socket', async () => {
    expect(await upgrade(desk, undefined)).toMatchObject({ ok: false, failure: 'not possible' });
  });
});
