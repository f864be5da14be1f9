/**
 * Genuine clients beside a flood, each at an address and in a network of its own, so that no rate limit concerns them. A question is asked
 * up to three times within a second. Who gets an empty answer with TC asks over TCP.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildQuery, type Question } from '../../test/interop/lib/dns-client.ts';
import type { BenchQuestion } from '../generator/question-file.ts';
import { LatencyHistogram } from '../measure/latency-histogram.ts';
import { listPhonesQuestions } from '../zones/phones.ts';
import { type ClassResult, type ClientClass, type ClientsResult, clientClasses } from './flood-messages.ts';

const clientsPerClass = 32;
/** Questions a second of each class. A network has five of them at most: far below any limit. A connection costs as much as some hundred datagrams. */
const rates: Readonly<Record<ClientClass, number>> = { cookie: 160, plain: 160, tcp: 20 };
/** When a question is asked, and when its client gives up. */
const tryAtMs = [0, 333, 667];
const lastMs = 1000;
const tickMs = 5;
const cookieCode = 10;
const learnTries = 20;
const learnMs = 250;

export class GenuineClients {
  private readonly port: number;
  private readonly groups: Readonly<Record<ClientClass, readonly Client[]>>;

  /** With clients that have learnt their cookies. */
  static async start(port: number): Promise<GenuineClients> {
    const clients = new GenuineClients(port);
    await Promise.all(clientClasses.flatMap((name) => clients.groups[name].map((client) => client.open())));
    await Promise.all(clients.groups.cookie.map((client) => client.learn()));
    return clients;
  }

  private constructor(port: number) {
    this.port = port;
    const group = (name: ClientClass, second: number): readonly Client[] =>
      Array.from({ length: clientsPerClass }, (_, i) => new Client(name, `127.${second}.${i}.1`, this.port));
    this.groups = { cookie: group('cookie', 200), plain: group('plain', 201), tcp: group('tcp', 202) };
  }

  /** Ask for so long, and wait for the last answers. */
  async ask(seconds: number): Promise<ClientsResult> {
    const [cookie, plain, tcp] = await Promise.all(clientClasses.map((name) => this.askAs(name, seconds)));
    return { cookie, plain, tcp } as ClientsResult;
  }

  close(): void {
    for (const name of clientClasses) for (const client of this.groups[name]) client.close();
  }

  private async askAs(name: ClientClass, seconds: number): Promise<ClassResult> {
    const questions = listPhonesQuestions();
    const clients = this.groups[name];
    const asked: Promise<Asked>[] = [];
    const startMs = performance.now();
    for (let nowMs = startMs; nowMs < startMs + seconds * 1000; nowMs = performance.now()) {
      const due = Math.floor(((nowMs - startMs) * rates[name]) / 1000);
      while (asked.length < due) {
        const question = questions[asked.length % questions.length] as BenchQuestion;
        asked.push((clients[asked.length % clients.length] as Client).ask(question));
      }
      await sleep(tickMs);
    }
    return sumUp(await Promise.all(asked));
  }
}

interface Asked {
  /** Until the answer, or the second. */
  readonly ms: number;
  readonly isAnswered: boolean;
  readonly isAtOnce: boolean;
  readonly isWrong: boolean;
}

function sumUp(asked: readonly Asked[]): ClassResult {
  const times = new LatencyHistogram();
  for (const { ms } of asked) times.add(ms);
  return {
    asked: asked.length,
    answered: asked.filter(({ isAnswered }) => isAnswered).length,
    atOnce: asked.filter(({ isAtOnce }) => isAtOnce).length,
    p50Ms: times.percentileMs(0.5),
    p99Ms: times.percentileMs(0.99),
    wrong: asked.filter(({ isWrong }) => isWrong).length,
  };
}

class Client {
  private readonly name: ClientClass;
  private readonly address: string;
  private readonly port: number;
  private readonly udp: UdpSocket = createSocket({ type: 'udp4', recvBufferSize: 1 << 18 });
  /** By id. */
  private readonly waiting = new Map<number, (response: Buffer) => void>();
  /** The client's part, and the server's once it is learnt. */
  private cookie: Buffer;
  private nextId = Math.floor(Math.random() * 65_536);

  constructor(name: ClientClass, address: string, port: number) {
    this.name = name;
    this.address = address;
    this.port = port;
    this.cookie = Buffer.from(address.padEnd(8, '.').slice(-8));
  }

  async open(): Promise<void> {
    this.udp.on('message', (message) => {
      if (message.length >= 12) this.waiting.get(message.readUInt16BE(0))?.(message);
    });
    this.udp.on('error', () => undefined);
    this.udp.bind(0, this.address);
    await once(this.udp, 'listening');
    this.udp.connect(this.port, '127.0.0.1');
    await once(this.udp, 'connect');
  }

  close(): void {
    this.udp.close();
  }

  async learn(): Promise<void> {
    for (let i = 0; i < learnTries && this.cookie.length === 8; i++) {
      const id = this.takeId();
      this.waiting.set(id, (response) => this.keepCookie(response));
      this.udp.send(this.build({ name: 'rapidtech.phones.', type: 'SOA' }, id));
      await sleep(learnMs);
      this.waiting.delete(id);
    }
    if (this.cookie.length === 8) throw new Error('the server gives no cookie');
  }

  ask(question: BenchQuestion): Promise<Asked> {
    const startMs = performance.now();
    const id = this.takeId();
    const query = this.build(question, id);
    const { promise, resolve } = Promise.withResolvers<Asked>();
    let tries = 0;
    const timers: NodeJS.Timeout[] = [];
    const finish = (isAnswered: boolean, isWrong: boolean): void => {
      for (const timer of timers) clearTimeout(timer);
      this.waiting.delete(id);
      const ms = isAnswered ? performance.now() - startMs : lastMs;
      resolve({ ms, isAnswered, isAtOnce: isAnswered && tries === 1, isWrong });
    };
    const take = (response: Buffer): void => {
      this.keepCookie(response);
      const rcode = (response[3] as number) & 15;
      const isCut = ((response[2] as number) & 2) !== 0;
      // With TC, and of BADCOOKIE (23) the low bits: ask so that it is answered.
      if (isCut) this.askOverTcp(query, take);
      else if (rcode === 7) this.udp.send(this.build(question, id));
      else finish(true, rcode !== question.rcode || response.readUInt16BE(6) !== question.answers);
    };
    const attempt = (): void => {
      tries++;
      if (this.name === 'tcp') this.askOverTcp(query, take);
      else this.udp.send(this.build(question, id));
    };
    this.waiting.set(id, take);
    for (const atMs of tryAtMs.slice(1)) timers.push(setTimeout(attempt, atMs));
    timers.push(setTimeout(() => finish(false, false), lastMs));
    attempt();
    return promise;
  }

  /** A connection for one question. */
  private askOverTcp(query: Uint8Array, take: (response: Buffer) => void): void {
    const socket = connect({ port: this.port, host: '127.0.0.1', localAddress: this.address, noDelay: true });
    let got = Buffer.alloc(0);
    const timer = setTimeout(() => socket.destroy(), lastMs);
    socket.on('close', () => clearTimeout(timer));
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([Buffer.of(query.length >> 8, query.length & 255), query]));
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      if (got.length < 2 || got.length < 2 + got.readUInt16BE(0)) return;
      take(got.subarray(2));
      socket.destroy();
    });
  }

  private build({ name, type }: Question, id: number): Uint8Array {
    const edns = { edns: { options: [{ code: cookieCode, data: this.cookie }] } };
    return buildQuery({ name, type, id, ...(this.name === 'cookie' ? edns : {}) });
  }

  /** The COOKIE option is the only one there, at the end of the message. */
  private keepCookie(response: Buffer): void {
    if (this.name !== 'cookie' || response.length < 40) return;
    const option = response.subarray(-28);
    if (option.readUInt16BE(0) !== cookieCode || option.readUInt16BE(2) !== 24) return;
    if (option.subarray(4, 12).equals(this.cookie.subarray(0, 8))) this.cookie = Buffer.from(option.subarray(4));
  }

  /** None that a question waits with. */
  private takeId(): number {
    do this.nextId = (this.nextId + 1) & 0xffff;
    while (this.waiting.has(this.nextId));
    return this.nextId;
  }
}
