/** A primary that hangs, breaks off, sends half a zone or garbage: the copy before goes on being served, and nothing stays open. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, type Socket as Connection, connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { transferZone } from '../../soak/clients/transfer-client.ts';
import { smallZone } from '../../soak/model/contents.ts';
import { formatRecord, type ZoneContent } from '../../soak/model/zone-content.ts';
import { readProcess } from '../../soak/server/process-figures.ts';
import { WatchedServer } from '../watched-server.ts';

type Manner = 'well' | 'hanging' | 'resetting' | 'half' | 'garbage';

const apex = 'copied.test.';

/** Stands between a secondary and its primary, and is what the secondary takes for its primary. */
class BadPrimary {
  manner: Manner = 'well';
  private readonly upstream: number;
  private readonly server: Server = createServer((client) => this.take(client));
  private readonly udp: Socket = createSocket('udp4');
  private readonly open = new Set<Connection>();

  private constructor(upstream: number) {
    this.upstream = upstream;
    this.udp.on('message', (message, from) =>
      this.ask(message, (reply) => this.udp.send(reply, from.port, from.address)),
    );
  }

  static async start(upstream: number): Promise<BadPrimary> {
    for (;;) {
      const primary = new BadPrimary(upstream);
      primary.server.listen(0, '127.0.0.1');
      await once(primary.server, 'listening');
      const bound = Promise.withResolvers<boolean>();
      primary.udp.once('error', () => bound.resolve(false));
      primary.udp.bind(primary.port, '127.0.0.1', () => bound.resolve(true));
      // Another process may have the port for UDP.
      if (await bound.promise) return primary;
      primary.server.close();
    }
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.open) socket.destroy();
    this.server.close();
    this.udp.close();
  }

  /** Who hangs has still somebody who answers this: else a minute goes by. */
  private ask(message: Buffer, reply: (message: Buffer) => void): void {
    const socket = createSocket('udp4');
    socket.once('message', (answer) => {
      reply(answer);
      socket.close();
    });
    socket.send(message, this.upstream, '127.0.0.1');
  }

  private take(client: Connection): void {
    this.open.add(client);
    client.on('error', () => undefined).on('close', () => this.open.delete(client));
    if (this.manner === 'hanging') return;
    if (this.manner === 'resetting') {
      client.once('data', () => client.resetAndDestroy());
      return;
    }
    const server = connect(this.upstream, '127.0.0.1');
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
    client.pipe(server);
    if (this.manner === 'well') server.pipe(client);
    else server.once('data', (data) => this.spoil(data, client));
  }

  private spoil(data: Buffer, client: Connection): void {
    if (this.manner === 'half') {
      client.write(data.subarray(0, data.length / 2), () => client.resetAndDestroy());
      return;
    }
    // The length and the header are good, and nothing behind.
    client.end(Buffer.concat([data.subarray(0, 14), Buffer.alloc(data.length - 14, 0xc3)]));
  }
}

let primary: WatchedServer;
let between: BadPrimary;
let server: WatchedServer;
beforeEach(async () => {
  primary = await WatchedServer.start(
    { questionsPerSecond: 10, zones: (folder) => `  ${apex}: { file: ${folder}/copied.zone }` },
    (other) => other.write('copied.zone', content(1).format()),
  );
  between = await BadPrimary.start(primary.daemon.port);
  server = await WatchedServer.start({
    settings: () => 'max-transfer-idle-in: 1s\nmin-retry-time: 1m\nmin-refresh-time: 1m',
    zones: () => `  ${apex}: { type: secondary, primaries: [{ address: 127.0.0.1, port: ${between.port} }] }`,
  });
});
afterEach(async () => {
  await server.remove();
  await primary.remove();
  between.stop();
});

/** So large that it comes in several messages. */
function content(serial: number): ZoneContent {
  const hosts = Array.from({ length: 3000 }, (_, i) => ({
    owner: `h${i}.${apex}`,
    type: 'A',
    ttl: 60,
    rdata: `10.${serial}.${i >> 8}.${i & 255}`,
  }));
  return smallZone(apex, serial).changed(serial, () => false, hosts);
}

/** All that is served of the zone. */
async function served(): Promise<readonly string[]> {
  const transfer = await transferZone({ port: server.daemon.port, apex });
  return transfer.kind === 'zone' ? linesOf(transfer.content) : [transfer.reason];
}

const linesOf = ({ records }: ZoneContent) => records.map(formatRecord).sort();

test('each in turn: the copy before is served, what was opened is closed, and a good primary is believed again', {
  timeout: 60_000,
}, async () => {
  const { daemon } = server;
  await expect.poll(served, { interval: 200 }).toEqual(linesOf(content(1)));
  const { descriptors } = readProcess(daemon.pid);
  for (const [turn, manner] of (['hanging', 'resetting', 'half', 'garbage'] as const).entries()) {
    primary.write('copied.zone', content(2 + turn).format());
    expect(await primary.daemon.control('reload', apex)).toMatchObject({ ok: true });
    between.manner = manner;
    for (let time = 0; time < 2; time++)
      expect(await daemon.control('retransfer', apex), manner).toMatchObject({ ok: false });
    expect(await served(), manner).toEqual(linesOf(content(1)));
    await server.answers(50);
  }
  between.manner = 'well';
  expect(await daemon.control('retransfer', apex)).toMatchObject({ ok: true });
  expect(await served()).toEqual(linesOf(content(5)));
  // One for each transfer that failed would be eight; the clients that ask all the time have some more or less.
  await expect.poll(() => readProcess(daemon.pid).descriptors).toBeLessThan(descriptors + 6);
  await server.finish();
  await primary.finish();
});
