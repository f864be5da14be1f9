/** A steady stream of questions over UDP and TCP, and what became of each. Bounded by its rate and by who stops it. */
import { createSocket, type Socket } from 'node:dgram';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildQuery } from '../interop/lib/dns-client.ts';

const udpSockets = 24;
const tickMs = 15;
/** A connection is opened at one of so many ticks. */
const ticksPerConnection = 2;
const tcpTimeoutMs = 5000;

/** Milliseconds of the wall clock, as in the server's log. */
export interface AskedQuestion {
  readonly sentMs: number;
  /** 0 while there is no response. */
  answeredMs: number;
  /** Why not, where a connection told. */
  error: string;
}

export class SteadyLoad {
  readonly udp: AskedQuestion[] = [];
  readonly tcp: AskedQuestion[] = [];
  /** Responses that are not what was asked for. */
  wrong = 0;
  private readonly address: string;
  private readonly port: number;
  private readonly query: Uint8Array;
  private readonly sockets: Socket[] = [];
  private readonly waiting = new Map<string, AskedQuestion>();
  private isStopped = false;
  private running: Promise<void> = Promise.resolve();

  /** The zone's SOA is asked for. */
  constructor(address: string, port: number, zone: string) {
    this.address = address;
    this.port = port;
    this.query = buildQuery({ name: zone, type: 'SOA' });
  }

  start(): void {
    for (let i = 0; i < udpSockets; i++) {
      const socket = createSocket('udp4');
      socket.on('message', (response) => this.take(`${i} ${response.readUInt16BE(0)}`, response));
      // ECONNREFUSED and the like: the question stays without a response, and that is what is counted.
      socket.on('error', () => undefined);
      this.sockets.push(socket);
    }
    this.running = this.run();
  }

  /** What has been asked may be answered still. */
  askNoMore(): void {
    this.isStopped = true;
  }

  /** Ask no more, wait for what is on its way (at most `patienceMs`), close. */
  async stop(patienceMs = 3000): Promise<void> {
    this.isStopped = true;
    await this.running;
    const endMs = Date.now() + patienceMs;
    const isOpen = (): boolean => this.tcp.some(({ answeredMs, error }) => answeredMs === 0 && error === '');
    while ((this.waiting.size > 0 || isOpen()) && Date.now() < endMs) await sleep(20);
    for (const socket of this.sockets.splice(0)) socket.close();
  }

  private async run(): Promise<void> {
    for (let tick = 0; !this.isStopped; tick++) {
      for (let i = 0; i < udpSockets; i++) this.askUdp(i, tick & 0xffff);
      if (tick % ticksPerConnection === 0) this.askTcp(tick & 0xffff);
      await sleep(tickMs);
    }
  }

  private askUdp(index: number, id: number): void {
    const asked = { sentMs: Date.now(), answeredMs: 0, error: '' };
    this.udp.push(asked);
    this.waiting.set(`${index} ${id}`, asked);
    this.sockets[index]?.send(this.withId(id), this.port, this.address);
  }

  private take(key: string, response: Uint8Array): void {
    const asked = this.waiting.get(key);
    if (asked === undefined || !isGood(response)) this.wrong++;
    else asked.answeredMs = Date.now();
    this.waiting.delete(key);
  }

  /** One connection, one question. */
  private askTcp(id: number): void {
    const asked = { sentMs: Date.now(), answeredMs: 0, error: '' };
    this.tcp.push(asked);
    const socket = connect({ port: this.port, host: this.address, noDelay: true });
    socket.setTimeout(tcpTimeoutMs, () => socket.destroy(new Error('timeout')));
    socket.on('connect', () => socket.write(Buffer.concat([Buffer.of(0, this.query.length), this.withId(id)])));
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      if (received.readUInt16BE(2) !== id || !isGood(received.subarray(2))) this.wrong++;
      else asked.answeredMs = Date.now();
      socket.end();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (asked.answeredMs === 0) asked.error = error.code ?? error.message;
    });
    socket.on('close', () => {
      if (asked.answeredMs === 0 && asked.error === '') asked.error = 'closed';
    });
  }

  private withId(id: number): Uint8Array {
    const query = this.query.slice();
    query.set([id >>> 8, id & 255]);
    return query;
  }
}

/** NOERROR with one record, AA. */
function isGood(response: Uint8Array): boolean {
  return ((response[2] ?? 0) & 0x84) === 0x84 && ((response[3] ?? 0) & 15) === 0 && response[7] === 1;
}
