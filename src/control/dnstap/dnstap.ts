import { octetAt } from '../../base/octets.ts';
import type { Deferred } from '../../plane/deferred.ts';
import { protocolOf } from '../../plane/deferred.ts';
import { countDropped } from '../../plane/rings/record-ring.ts';
import { TapType } from '../../plane/rings/tap-record.ts';
import { createTapRing, TapRingWriter, type TapStart } from '../../plane/rings/tap-ring.ts';
import { Opcode } from '../../wire/codes.ts';
import type { FileOwner } from '../log/file-channel.ts';
import type { Log } from '../log/log.ts';
import type { DnstapConfig } from './dnstap-config.ts';
import type { DnstapThreadClient } from './dnstap-thread-client.ts';

/** How many old files a roll keeps; `Infinity`: all. */
export type RollVersions = number | 'configured';

export type DnstapReopening =
  | { readonly kind: 'done' }
  | { readonly kind: 'off' }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The server's dnstap: the rings of messages, which are made when dnstap is first wanted, and the thread that writes them. While it is
 * off there is neither, and nobody pays for it.
 */
export class Dnstap {
  private readonly log: Log;
  private readonly workers: number;
  /** One for each worker, by its index, and main's. */
  private rings: readonly SharedArrayBuffer[] = [];
  private config: DnstapConfig | undefined;
  private thread: DnstapThreadClient | undefined;
  /** For the responses that main makes. */
  private tap: TapRingWriter | undefined;

  constructor(log: Log, workers: number) {
    this.log = log;
    this.workers = workers;
  }

  /** Messages that found no room. */
  get dropped(): number {
    return this.rings.reduce((sum, ring) => sum + countDropped(ring), 0);
  }

  /** What the worker of that index tells dnstap with; `undefined`: it is off. */
  start(index: number): TapStart | undefined {
    const ring = this.rings[index];
    return ring === undefined || this.config === undefined ? undefined : { ring, types: this.config.types };
  }

  /**
   * Write as `config` says from now on, or no more; workers must be told then. `owner`: the user that the server becomes, whose a new file
   * shall be. Resolves to why the output could not be opened, which is tried again.
   */
  async configure(config: DnstapConfig | undefined, owner?: FileOwner): Promise<readonly string[]> {
    const before = this.config;
    this.config = config;
    if (config === undefined) {
      await this.stop();
      return [];
    }
    // One that died is replaced by a reload.
    if (this.thread?.isAlive === false) this.thread = undefined;
    if (this.rings.length === 0) this.rings = Array.from({ length: this.workers + 1 }, () => createTapRing());
    const main = this.start(this.workers);
    this.tap = main && new TapRingWriter(main);
    if (this.thread !== undefined) {
      const isSame = JSON.stringify(before) === JSON.stringify(config);
      return isSame ? [] : listOf(await this.thread.configure(config));
    }
    // In BIND's words.
    this.log.info('dnstap', `opening dnstap destination '${config.output.path}'`);
    const { DnstapThreadClient } = await import('./dnstap-thread-client.ts');
    // Stopped meanwhile.
    if (this.config !== config) return [];
    this.thread = new DnstapThreadClient(this.log, { config, rings: this.rings, owner });
    return listOf(await this.thread.problem);
  }

  /** See TapSink.reopen. */
  async reopen(versions: RollVersions | undefined): Promise<DnstapReopening> {
    const { thread, config } = this;
    if (thread === undefined || config === undefined) return { kind: 'off' };
    const verb = versions === undefined ? 'reopening' : 'rolling';
    this.log.info('dnstap', `${verb} dnstap destination '${config.output.path}'`);
    const kept = config.output.kind === 'file' ? config.output.versions : undefined;
    const reason = await thread.reopen(versions === 'configured' ? (kept ?? Number.POSITIVE_INFINITY) : versions);
    return reason === undefined ? { kind: 'done' } : { kind: 'failed', reason };
  }

  /** Main answers a message that a worker has left to it. */
  answered(deferred: Deferred, response: Uint8Array): void {
    if (this.tap === undefined) return;
    const { client, local, route } = deferred;
    const ends = { ...client, offset: 0, local: local.octets, localOffset: 0 };
    const opcode = (octetAt(response, 2) >> 3) & 15;
    const type = opcode === Opcode.update ? TapType.updateResponse : TapType.authResponse;
    this.tap.append(type, Date.now(), ends, local.port, protocolOf(route), response, 0, response.length);
    this.tap.publish();
  }

  /** Have all written. */
  async stop(): Promise<void> {
    const { thread } = this;
    this.config = undefined;
    this.tap = undefined;
    this.thread = undefined;
    if (thread === undefined) return;
    this.log.info('dnstap', 'closing dnstap');
    await thread.stop();
  }
}

function listOf(problem: string | undefined): readonly string[] {
  return problem === undefined ? [] : [problem];
}
