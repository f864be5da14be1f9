/** Transfers while the zones change under them, and notices by the thousand. */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TcpFrames } from '../../src/wire/tcp-frames.ts';
import { decodeMessage } from '../interop/lib/decode-message.ts';
import { askRaw, buildQuery } from '../interop/lib/dns-client.ts';
import { FakePrimary } from '../unit/control/secondary/fake-primary.ts';
import { hasOpenssl, makeCertificate } from './certificates.ts';
import { Folder, ServeProcess, zoneText } from './serve-process.ts';

let folder: Folder;
const servers: ServeProcess[] = [];
const sockets: (TLSSocket | DatagramSocket)[] = [];
const primaries: FakePrimary[] = [];
beforeEach(() => {
  folder = new Folder();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) 'destroy' in socket ? socket.destroy() : socket.close();
  for (const primary of primaries.splice(0)) await primary.stop();
  for (const server of servers.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  folder.remove();
});

function serve(lines: string, name = 'ringzone.yaml'): ServeProcess {
  const server = new ServeProcess(['-c', folder.write(name, lines)], { cwd: folder.path });
  servers.push(server);
  return server;
}

const refused = 5;
const servFail = 2;
/** Together more than the kernel holds of a connection. */
const longRecords = 220;
const longOctets = 60_000;
const wholeRecords = longRecords + 4;

function longZone(timers: string): string {
  const long = Array.from(
    { length: longRecords },
    (_, i) => `h${i} TYPE65280 \\# ${longOctets} ${'5a'.repeat(longOctets)}`,
  );
  return `$TTL 300\n@ SOA ns host 1 ${timers} 300\n@ NS ns\nns A 192.0.2.1\n${long.join('\n')}\n`;
}

/** A transfer over TLS, of which nothing is read before `readAll`. */
class StalledTransfer {
  readonly socket: TLSSocket;

  private constructor(socket: TLSSocket) {
    this.socket = socket;
  }

  static async begin(port: number, zone: string): Promise<StalledTransfer> {
    const socket = connect({ host: '127.0.0.1', port, ALPNProtocols: ['dot'], rejectUnauthorized: false });
    sockets.push(socket);
    await once(socket, 'secureConnect');
    socket.pause();
    const question = buildQuery({ name: zone, type: 'AXFR' });
    socket.write(Buffer.concat([Buffer.of(0, question.length), question]));
    return new StalledTransfer(socket);
  }

  /** RCODE of the first message, and the records of all until so many have come. */
  async readAll(records: number): Promise<{ readonly rcode: number; readonly records: number }> {
    const frames = new TcpFrames();
    let rcode = -1;
    let count = 0;
    for await (const chunk of this.socket) {
      frames.push(chunk as Buffer);
      while (frames.next()) {
        const message = Buffer.from(frames.octets.buffer, frames.octets.byteOffset + frames.messageOffset);
        if (rcode < 0) rcode = message.readUInt8(3) & 15;
        count += message.readUInt16BE(6);
      }
      if (count >= records || rcode > 0) break;
    }
    return { rcode, records: count };
  }
}

function tlsPortOf(server: ServeProcess): number {
  const addresses = server.log.find(({ msg }) => msg === 'ready')?.tls as string[];
  return Number(addresses[0]?.split(':').at(-1));
}

describe.runIf(hasOpenssl)('a transfer over TLS that has begun', () => {
  const tls = () => {
    const { certFile, keyFile } = makeCertificate(folder.path, 'cert');
    return `tls: { listen: ["127.0.0.1:0"], cert-file: ${certFile}, key-file: ${keyFile} }`;
  };

  test('comes to its end though the zone is taken out of the configuration; the next one is refused', async () => {
    folder.write('a.zone', longZone('3600 900 604800'));
    folder.write('b.zone', zoneText(1));
    const lines = (zones: string) =>
      `listen: ["127.0.0.1:0"]\nworkers: 1\nhttp: false\ndata-dir: data\n${tls()}\nallow-transfer: [any]\nzones: { ${zones} }\n`;
    const server = serve(lines('a.test: { file: a.zone }, b.test: { file: b.zone }'));
    await server.ready();
    const port = tlsPortOf(server);
    const transfer = await StalledTransfer.begin(port, 'a.test');
    await expect.poll(() => server.stderr).toContain("transfer of 'a.test/IN': AXFR started");
    folder.write('ringzone.yaml', lines('b.test: { file: b.zone }'));
    server.kill('SIGHUP');
    await server.waitFor(/^reloading zones succeeded$/);
    const late = await StalledTransfer.begin(port, 'a.test');
    expect((await late.readAll(1)).rcode).not.toBe(0);
    expect(await transfer.readAll(wholeRecords)).toEqual({ rcode: 0, records: wholeRecords });
    await expect.poll(() => server.stderr).toContain("transfer of 'a.test/IN': AXFR ended");
  });

  test('comes to its end though the copy expires; the next one gets SERVFAIL', async () => {
    folder.write('a.zone', longZone('1 1 4'));
    const primary = serve(
      'listen: ["127.0.0.1:0"]\nworkers: 1\nhttp: false\ndata-dir: primary\nallow-transfer: [any]\nzones: { a.test: { file: a.zone } }\n',
      'primary.yaml',
    );
    const primaryPort = await primary.ready();
    const server = serve(
      `listen: ["127.0.0.1:0"]\nworkers: 1\nhttp: false\ndata-dir: secondary\n${tls()}\nallow-transfer: [any]
min-refresh-time: 1s
min-retry-time: 1s
zones: { a.test: { type: secondary, primaries: ["127.0.0.1:${primaryPort}"] } }\n`,
    );
    await server.ready();
    const port = tlsPortOf(server);
    await expect.poll(() => server.stderr).toContain('transferred serial 1');
    const transfer = await StalledTransfer.begin(port, 'a.test');
    await expect.poll(() => server.stderr).toContain("transfer of 'a.test/IN': AXFR started");
    primary.kill('SIGKILL');
    await expect.poll(() => server.stderr).toContain('zone a.test/IN: expired');
    const late = await StalledTransfer.begin(port, 'a.test');
    expect((await late.readAll(1)).rcode).toBe(servFail);
    expect(await transfer.readAll(wholeRecords)).toEqual({ rcode: 0, records: wholeRecords });
  });
});

describe('NOTIFY', () => {
  const notices = 6000;

  async function flooder(address: string, port: number) {
    const socket = createSocket('udp4');
    sockets.push(socket);
    socket.bind(0, address);
    await once(socket, 'listening');
    const rcodes = new Map<number, number>();
    socket.on('message', (message) => {
      const rcode = message.readUInt8(3) & 15;
      rcodes.set(rcode, (rcodes.get(rcode) ?? 0) + 1);
    });
    const send = async () => {
      for (let i = 0; i < notices; i++) {
        // NOTIFY, AA.
        socket.send(buildQuery({ name: 'example', type: 'SOA', flags: 0x2400, id: i }), port, '127.0.0.1');
        if (i % 50 === 49) await setImmediate();
      }
    };
    return { send, rcodes };
  }

  test('by the thousand leads to a few looks at the primary, and to none of strangers; questions are answered meanwhile', async () => {
    const primary = new FakePrimary();
    primaries.push(primary);
    await primary.start();
    const server = serve(
      `listen: ["127.0.0.1:0"]\nworkers: 1\nhttp: false\ndata-dir: data
zones: { example: { type: secondary, primaries: ["127.0.0.1:${primary.port}"] } }\n`,
    );
    const port = await server.ready();
    await server.waitFor(/transferred serial 7/);
    const looks = () => primary.asked.filter((asked) => asked === 'udp SOA').length;
    const before = looks();

    const stranger = await flooder('127.0.0.7', port);
    await stranger.send();
    await expect.poll(() => stranger.rcodes.get(refused) ?? 0).toBeGreaterThan(0);
    expect([...stranger.rcodes.keys()]).toEqual([refused]);
    expect(looks()).toBe(before);

    const start = performance.now();
    const friend = await flooder('127.0.0.1', port);
    const sending = friend.send();
    const answers = [];
    for (let i = 0; i < 20; i++) {
      answers.push(await askRaw(port, buildQuery({ name: 'example', type: 'NS' }), { timeoutMs: 5000 }));
    }
    await sending;
    expect(answers.filter((answer) => answer !== undefined).length).toBeGreaterThan(10);
    await expect.poll(() => friend.rcodes.get(0) ?? 0).toBeGreaterThan(0);
    expect([...friend.rcodes.keys()]).toEqual([0]);
    await expect.poll(looks).toBeGreaterThan(before);
    // serial-query-rate, whoever asks.
    const seconds = (performance.now() - start) / 1000;
    expect(looks() - before).toBeLessThanOrEqual(2 + 20 * seconds);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });
});

describe('IXFR over UDP', () => {
  test('is the current SOA for who may transfer (RFC 1995 §2), REFUSED for others; AXFR is neither', async () => {
    folder.write('a.zone', '$TTL 300\n@ SOA ns host 9 3600 900 604800 300\n@ NS ns\nns A 192.0.2.1\n');
    const server = serve(
      'listen: ["127.0.0.1:0"]\nworkers: 1\nhttp: false\ndata-dir: data\nallow-transfer: [127.0.0.1]\nzones: { a.test: { file: a.zone }, b.test: { file: a.zone, allow-transfer: [none] } }\n',
    );
    const port = await server.ready();
    const ixfr = (zone: string, serial: number) => {
      const soa = Buffer.from(`c00c000600010000000000160000${'00'.repeat(20)}`, 'hex');
      soa.writeUInt32BE(serial, 14);
      const message = Buffer.concat([buildQuery({ name: zone, type: 'IXFR' }), soa]);
      message[9] = 1;
      return message;
    };
    const ask = async (message: Uint8Array) => decodeMessage((await askRaw(port, message)) as Uint8Array);
    for (const serial of [1, 9, 12]) {
      const answer = await ask(ixfr('a.test', serial));
      expect(answer).toMatchObject({ rcode: 0, authority: [], additional: [] });
      expect(
        answer.answer.map(({ type, rdata }) => [type, Buffer.from(rdata).readUInt32BE(rdata.length - 20)]),
      ).toEqual([[6, 9]]);
    }
    expect(await ask(ixfr('b.test', 1))).toMatchObject({ rcode: refused, answer: [] });
    expect(await ask(buildQuery({ name: 'a.test', type: 'AXFR' }))).toMatchObject({ rcode: 1, answer: [] });
  });
});
