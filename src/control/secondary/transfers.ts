/** Transfers that come in: so many at once, each from its connection to its outcome. */
import { isIPv6 } from 'node:net';
import { Counter, type CounterBlock } from '../../plane/counters.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import type { Remote } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { openStream } from './remote-stream.ts';
import type { SecondaryZone } from './secondary-zone.ts';
import { TransferConnection, type TransferLoader } from './transfer-connection.ts';
import { TransferLog } from './transfer-log.ts';
import type { TransferDone, TransferOutcome, TransferReport } from './transfer-messages.ts';
import type { TransferQuota } from './transfer-quota.ts';
import { UnreachablePrimaries } from './unreachable-primaries.ts';

const connectMs = 15_000;

export class Transfers {
  readonly quota: TransferQuota;
  readonly unreachable = new UnreachablePrimaries();
  private readonly loader: TransferLoader;
  private readonly log: Log;
  private readonly counts: CounterBlock;
  private readonly connections = new Map<number, TransferConnection>();
  private nextNumber = 1;
  private readonly stopping = new AbortController();

  constructor(loader: TransferLoader, log: Log, quota: TransferQuota, counts: CounterBlock) {
    this.counts = counts;
    this.loader = loader;
    this.log = log;
    this.quota = quota;
  }

  /**
   * Transfer the zone when there is a place for it: the differences, or else the whole. `undefined`: it came to nothing, and
   * the log says why.
   */
  async run(
    zone: SecondaryZone,
    remote: Remote,
    key: TsigKey | undefined,
    whole: boolean,
  ): Promise<TransferDone | undefined> {
    const log = new TransferLog(this.log, zone.title, remote, key);
    await this.quota.take(remote.address, () => log.deferred());
    try {
      if (this.isStopped || zone.isGone) return undefined;
      // Who wants the whole zone whatever there is has said so a moment ago, by hand.
      if (!whole && this.unreachable.has(remote)) {
        log.skipped();
        return undefined;
      }
      log.started();
      const first = await this.tryOnce(zone, remote, key, whole, log);
      if (first?.result !== 'failed' || first.next !== 'axfr' || this.isStopped) return this.judge(first, log);
      log.resetting(first.reason);
      return this.judge(await this.tryOnce(zone, remote, key, true, log), log);
    } finally {
      this.quota.release(remote.address);
    }
  }

  receive(report: TransferReport): void {
    this.connections.get(report.transfer)?.receive(report);
  }

  stop(): void {
    this.stopping.abort();
    for (const connection of this.connections.values()) connection.abandon();
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** `undefined`: there was no connection, and the log says so. */
  private async tryOnce(
    zone: SecondaryZone,
    remote: Remote,
    key: TsigKey | undefined,
    whole: boolean,
    log: TransferLog,
  ): Promise<TransferOutcome | undefined> {
    const opened = await openStream(remote, connectMs, this.stopping.signal);
    if (!opened.ok) {
      this.unreachable.note(remote, opened.error);
      if (!this.isStopped) log.notConnected(opened.error);
      return undefined;
    }
    const socket = opened.value;
    if (this.isStopped) {
      socket.destroy();
      return undefined;
    }
    log.connected();
    this.countRequest(remote, whole || zone.serial === undefined);
    const transfer = this.nextNumber++;
    const { maxRecords: records, maxTransferOctets: octets } = zone.config.limits;
    const open = { kind: 'transfer-open', transfer, zone: zone.id, whole, key, bounds: { records, octets } } as const;
    const { inMs: totalMs, idleInMs: idleMs } = zone.config.transferTimes;
    const connection = new TransferConnection(this.loader, socket, open, { totalMs, idleMs }, (count, size) =>
      log.going(count, size),
    );
    this.connections.set(transfer, connection);
    try {
      return await connection.run();
    } finally {
      this.connections.delete(transfer);
    }
  }

  private countRequest({ address }: Remote, whole: boolean): void {
    const [ipv4, ipv6] = whole ? [Counter.AXFRReqv4, Counter.AXFRReqv6] : [Counter.IXFRReqv4, Counter.IXFRReqv6];
    this.counts.add(isIPv6(address) ? ipv6 : ipv4);
  }

  private judge(outcome: TransferOutcome | undefined, log: TransferLog): TransferDone | undefined {
    if (this.isStopped) return undefined;
    if (outcome?.result !== 'done') this.counts.add(Counter.XfrFail);
    else if (outcome.form !== 'upToDate') this.counts.add(Counter.XfrSuccess);
    if (outcome === undefined) return undefined;
    if (outcome.result === 'done') {
      log.done(outcome);
      return outcome;
    }
    log.failed(outcome.reason);
    return undefined;
  }
}
