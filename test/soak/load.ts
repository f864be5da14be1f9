/** A steady stream of random questions over several UDP sockets and TCP connections, at a rate that leaves room for others. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Checker, LoadTransport } from './checker.ts';
import { TcpClient } from './clients/tcp-client.ts';
import { UdpClient } from './clients/udp-client.ts';
import type { Losses } from './losses.ts';
import type { CheckedZone } from './model/zone-ledger.ts';
import { randomQuestion } from './questions.ts';
import { pick } from './random.ts';
import { countDrops } from './server/process-figures.ts';

export interface LoadOptions {
  /** 127.0.0.1 by default. */
  readonly address?: string;
  readonly port: number;
  readonly questionsPerSecond: number;
  readonly random: () => number;
}

const udpSockets = 8;
const tcpConnections = 4;
/** Of the questions this part goes over TCP. */
const tcpPart = 0.1;
/** Of the questions over TCP this part is the last one of its connection. */
const lastPart = 0.02;
const tickMs = 10;
/** Longer than any fault lasts that may hold up an answer and none does. */
const timeoutMs = 8000;

export class Load {
  /** Who is asked about; may change at any time. */
  zones: readonly CheckedZone[] = [];
  /** Answers for which the sockets of these clients had no room; known at the end. */
  dropped = 0;
  private readonly options: LoadOptions;
  private readonly checker: Checker;
  private readonly losses: Losses;
  private readonly udp: UdpClient[] = [];
  private readonly tcp: TcpClient[];
  private readonly open = new Set<Promise<void>>();
  private isStopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(options: LoadOptions, checker: Checker, losses: Losses) {
    this.options = options;
    this.checker = checker;
    this.losses = losses;
    this.tcp = Array.from({ length: tcpConnections }, () => new TcpClient(options.port, options.address));
  }

  async start(): Promise<void> {
    for (let i = 0; i < udpSockets; i++) this.udp.push(await UdpClient.open(this.options.port, this.options.address));
    this.running = this.run();
  }

  /** Ask no more, and wait for what is under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
    await Promise.all(this.open);
    this.dropped = this.udp.reduce((sum, { port }) => sum + countDrops(port), 0);
    for (const client of [...this.udp.splice(0), ...this.tcp]) client.close();
  }

  private async run(): Promise<void> {
    let due = 0;
    let lastMs = performance.now();
    while (!this.isStopped) {
      const nowMs = performance.now();
      // After a pause of this process not all at once.
      due += Math.min(nowMs - lastMs, 5 * tickMs) * (this.options.questionsPerSecond / 1000);
      lastMs = nowMs;
      for (; due >= 1; due--) this.askOne();
      await sleep(tickMs);
    }
  }

  private askOne(): void {
    const { random } = this.options;
    if (this.zones.length === 0) return;
    const asking = this.ask(pick(random, this.zones), random() < tcpPart ? 'tcp' : 'udp');
    this.open.add(asking);
    asking.finally(() => this.open.delete(asking)).catch(() => undefined);
  }

  private async ask(zone: CheckedZone, transport: LoadTransport): Promise<void> {
    const { random } = this.options;
    const question = randomQuestion(zone.newest, random);
    const client = transport === 'udp' ? pick(random, this.udp) : pick(random, this.tcp);
    const exchange = await client.ask(question.message, timeoutMs);
    if (!this.checker.take(zone, question, transport, exchange))
      this.losses.take(transport, exchange.sentMs, exchange.receivedMs, `${question.name} ${question.model.type}`);
    if (client instanceof TcpClient && random() < lastPart) client.closeIdle();
  }
}
