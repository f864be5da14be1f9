/** Whoever asks a server for /metrics: how long it takes, what it costs, what comes. */
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchServer } from '../servers/bench-server.ts';

export interface Scrape {
  /** From the connection's beginning to the last octet. */
  readonly ms: number;
  /** Of the body, as it comes. */
  readonly octets: number;
  /** CPU time of the server's main thread meanwhile. */
  readonly mainMs: number;
}

const waitMs = 300_000;
const lookMs = 1000;

export class Scraper {
  private readonly pid: number;
  private readonly port: number;

  /** The server listens at a port of its own choice, soon after it answers questions, and says which in its log. */
  static async find({ pid, folder }: BenchServer): Promise<Scraper> {
    const endMs = performance.now() + waitMs;
    for (;;) {
      const log = readFileSync(join(folder, 'log'), 'utf8');
      const [, port] = /statistics channel listening on [\d.]+#(\d+)/.exec(log) ?? [];
      if (port !== undefined) return new Scraper(pid, Number(port));
      if (performance.now() > endMs) throw new Error('the server does not listen for HTTP');
      await sleep(lookMs);
    }
  }

  private constructor(pid: number, port: number) {
    this.pid = pid;
    this.port = port;
  }

  /** `isPacked`: by gzip, as Prometheus asks for it. It is not unpacked here. */
  async scrape(isPacked: boolean): Promise<Scrape> {
    const before = this.readMainNanos();
    const startMs = performance.now();
    const response = await this.ask(isPacked);
    let octets = 0;
    response.on('data', ({ length }: Buffer) => {
      octets += length;
    });
    await ended(response);
    return { ms: performance.now() - startMs, octets, mainMs: (this.readMainNanos() - before) / 1e6 };
  }

  /** Until so many zones of the kind are served. */
  async waitForZones(type: 'primary' | 'secondary', count: number): Promise<void> {
    const endMs = performance.now() + waitMs;
    const line = `ringzone_zones{type="${type}",state="served"} ${count}\n`;
    while (!(await this.read()).includes(line)) {
      if (performance.now() > endMs) throw new Error(`not all of ${count} zones were served in time`);
      await sleep(lookMs);
    }
  }

  private async read(): Promise<string> {
    const response = await this.ask(false);
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    await ended(response);
    return text;
  }

  private ask(isPacked: boolean): Promise<IncomingMessage> {
    const headers = isPacked ? { 'Accept-Encoding': 'gzip' } : {};
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request({ host: '127.0.0.1', port: this.port, path: '/metrics', headers, agent: false }, resolve)
      .on('error', reject)
      .end();
    return promise;
  }

  private readMainNanos(): number {
    return Number(readFileSync(`/proc/${this.pid}/task/${this.pid}/schedstat`, 'utf8').split(' ', 1)[0]);
  }
}

function ended(response: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => response.on('end', resolve).on('error', reject));
}
