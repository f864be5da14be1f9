import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ZoneConfig } from '../../../../src/control/config/config.ts';
import type { ZonePublished } from '../../../../src/control/loader-messages.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { Notifier } from '../../../../src/control/notify/notifier.ts';
import { distinctRemotes, isOwnAddress, notifiesAnybody } from '../../../../src/control/notify/notify-targets.ts';
import { ServedZones } from '../../../../src/control/notify/served-zones.ts';
import { createTsigKey } from '../../../../src/tsig/tsig-key.ts';
import { formatName, wireNameFrom } from '../../../../src/wire/name.ts';
import { apex, begin, messages } from '../../transfer/in/fixtures.ts';
import { MemoryWriter } from '../secondary/memory-writer.ts';
import { secondaryConfig } from '../secondary/secondary-config.ts';

/** Somebody who is told. */
class Told {
  readonly heard: Buffer[] = [];
  /** From whom. */
  readonly from: string[] = [];
  /** RCODE of its responses; `undefined`: silence. */
  rcode: number | undefined = 0;
  port = 0;
  private readonly socket: Socket = createSocket('udp4');

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.socket.bind(0, '127.0.0.1', resolve));
    this.port = (this.socket.address() as AddressInfo).port;
    this.socket.on('message', (message, peer) => {
      this.heard.push(message);
      this.from.push(peer.address);
      if (this.rcode === undefined) return;
      const response = Buffer.from(message);
      response.writeUInt16BE(0xa400 | this.rcode, 2);
      this.socket.send(response, peer.port, peer.address);
    });
  }

  stop(): void {
    this.socket.close();
  }
}

let told: Told;
let lines: string[];
let notifier: Notifier;
let served: ServedZones;
let published: ZonePublished;

beforeEach(async () => {
  told = new Told();
  await told.start();
  lines = [];
  const writer = new MemoryWriter(apex);
  publishFixture(writer);
  served = new ServedZones(writer.store.arena);
  const log = { info: (_: string, text: string) => lines.push(text.replaceAll(`#${told.port}`, '#P')) };
  notifier = new Notifier(served, [], log as unknown as Log, {
    tries: 2,
    timeoutMs: 60,
  });
  published = {
    zone: 0,
    id: writer.zone.id,
    name: 'example',
    title: 'example/IN',
    class: 1,
    serial: 7,
    previousSerial: undefined,
    reason: 'load',
  };
});

afterEach(() => {
  notifier.stop();
  told.stop();
});

/** The zone of the fixture in the writer's store. */
function publishFixture(writer: MemoryWriter): void {
  const builder = writer.store.startZone(apex, 1);
  const { transfer, sink } = begin();
  sink.addRecord = (record) => builder.addRecord(record);
  const [message] = messages('axfr') as [Uint8Array];
  transfer.push(Uint8Array.of(message.length >> 8, message.length & 255, ...message));
  writer.store.publish(writer.zone.number, builder.finish());
}

function configure(
  changes: Partial<ZoneConfig> = {},
  keys = [] as ReturnType<typeof createTsigKey>[],
  notifyRate = 1000,
): void {
  const alsoNotify = [{ address: '127.0.0.1', port: told.port, key: undefined, tls: undefined }];
  notifier.configure({
    zones: [secondaryConfig({ type: 'primary', notify: 'explicit', alsoNotify, ...changes })],
    keys,
    notifyRate,
  });
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a zone that has been published', () => {
  it('is told to also-notify, with AA and the SOA (RFC 1996 §3.7)', async () => {
    configure();
    notifier.notify(published);
    await expect.poll(() => told.heard.length).toBe(1);
    const [message] = told.heard as [Buffer];
    // NOTIFY AA, one question, one answer: example. SOA IN.
    expect(message.subarray(2, 12).toString('hex')).toBe('24000001000100000000');
    expect(message.subarray(12, 25).toString('hex')).toBe('076578616d706c650000060001');
    expect(message.subarray(25, 37).toString('hex')).toMatch(/^c00c0006000100000e10/);
    expect(message.readUInt32BE(message.length - 20)).toBe(7);
    expect(lines).toEqual(['zone example/IN: sending notifies (serial 7)']);
  });

  it('stands in line once for each server, however often it changes', async () => {
    notifier.stop();
    const log = { info: () => undefined } as unknown as Log;
    notifier = new Notifier(served, [], log, { tries: 1, timeoutMs: 60 });
    const common = { port: told.port, key: undefined, tls: undefined };
    const alsoNotify = Array.from({ length: 20 }, (_, i) => ({ address: `127.0.0.${1 + i}`, ...common }));
    configure({ alsoNotify, notifyDelayMs: 0 }, [], 10);
    for (let i = 0; i < 5; i++) {
      notifier.notify(published);
      await wait(110);
    }
    expect(notifier.waitingCount).toBeLessThanOrEqual(20);
    notifier.configure({ zones: [], keys: [], notifyRate: 10 });
    expect(notifier.waitingCount).toBe(0);
  });

  it('is told once for changes that come together, and once for those behind', async () => {
    configure();
    notifier.notify(published);
    await expect.poll(() => told.heard.length).toBe(1);
    for (let i = 0; i < 5; i++) notifier.notify(published);
    await wait(60);
    expect(told.heard).toHaveLength(1);
    await expect.poll(() => told.heard.length).toBe(2);
    await wait(200);
    expect(told.heard).toHaveLength(2);
  });

  it('is told again to who does not answer, and then no more', async () => {
    configure();
    told.rcode = undefined;
    notifier.notify(published);
    await expect.poll(() => lines.length).toBe(2);
    expect(told.heard).toHaveLength(2);
    expect(lines[1]).toBe('zone example/IN: notify to 127.0.0.1#P: retries exceeded');
  });

  it('is told from the address of notify-source', async () => {
    configure({ notifySource: { ipv4: '127.0.0.9', ipv6: undefined } });
    notifier.notify(published);
    await expect.poll(() => told.from).toEqual(['127.0.0.9']);
  });

  it('says who will not hear of it', async () => {
    configure();
    told.rcode = 9;
    notifier.notify(published);
    await expect.poll(() => lines.length).toBe(2);
    expect(lines[1]).toBe('zone example/IN: notify to 127.0.0.1#P failed: NOTAUTH');
  });

  it('is told with a signature where the server has a key', async () => {
    const key = createTsigKey(wireNameFrom('key.'), 'hmac-sha256', new Uint8Array(32));
    const alsoNotify = [{ address: '127.0.0.1', port: told.port, key: 'key', tls: undefined }];
    configure({ alsoNotify }, [key]);
    notifier.notify(published);
    await expect.poll(() => lines.length).toBe(2);
    expect(told.heard[0]?.readUInt16BE(10)).toBe(1);
    // Sent back as it is, that is no signature of ours.
    expect(lines[1]).toMatch(/^zone example\/IN: notify to 127.0.0.1#P failed: TSIG: /);
  });

  it.each([
    { notify: 'no' as const },
    { notify: 'primary-only' as const, type: 'secondary' as const },
    { notify: 'explicit' as const, alsoNotify: [] },
  ])('is told to nobody with %o', async (changes) => {
    configure(changes);
    notifier.notify(published);
    await wait(100);
    expect(told.heard).toHaveLength(0);
    expect(lines).toEqual([]);
  });
});

describe('whom to tell', () => {
  it('the servers but the primary of the SOA, where they are', () => {
    const read = served.readApex(published.id);
    expect(read?.servers.map((name) => formatName(name))).toEqual(['ns2.example.net.']);
    expect(read?.notice.soaTtlSeconds).toBe(3600);
    expect(served.readAddresses(0, 1, wireNameFrom('NS1.example.'))).toEqual(['192.0.2.1', '2001:db8::1']);
    expect(served.readAddresses(0, 1, wireNameFrom('www.example.'))).toBeUndefined();
    expect(served.readAddresses(0, 1, wireNameFrom('ns2.example.net.'))).toBeUndefined();
    expect(served.readApex({ ...published.id, class: 3 })).toBeUndefined();
  });

  it('each once; what the operator has written counts', () => {
    const plain = { address: '192.0.2.1', port: 53, key: undefined, tls: undefined };
    const keyed = { ...plain, key: 'k' };
    const other = { ...plain, port: 54 };
    expect(distinctRemotes([plain, keyed, other, plain])).toEqual([keyed, other]);
  });

  it('not this server itself', () => {
    const listen = [
      { family: 4, address: '0.0.0.0', port: 53 },
      { family: 6, address: '::1', port: 5353 },
    ] as const;
    const remote = (address: string, port: number) => ({ address, port, key: undefined, tls: undefined });
    expect(isOwnAddress(remote('127.0.0.1', 53), listen)).toBe(true);
    expect(isOwnAddress(remote('127.0.0.1', 54), listen)).toBe(false);
    expect(isOwnAddress(remote('192.0.2.200', 53), listen)).toBe(false);
    expect(isOwnAddress(remote('::1', 5353), listen)).toBe(true);
  });

  it('by the mode', () => {
    expect(notifiesAnybody({ notify: 'yes', type: 'secondary' })).toBe(true);
    expect(notifiesAnybody({ notify: 'primary-only', type: 'secondary' })).toBe(false);
    expect(notifiesAnybody({ notify: 'primary-only', type: 'primary' })).toBe(true);
    expect(notifiesAnybody({ notify: 'no', type: 'primary' })).toBe(false);
  });
});
