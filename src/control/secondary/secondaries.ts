/** All secondary zones, on the main thread: when each looks at its primaries, and when its copy is too old. */

import { CounterBlock, createCounters } from '../../plane/counters.ts';
import { zoneKeyText } from '../../store/image/zone-key.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import type { WireName } from '../../wire/name.ts';
import type { Config, ZoneConfig } from '../config/config.ts';
import { defaultRates } from '../config/defaults.ts';
import type { SecondaryZone as SecondaryReport, ZonePublished } from '../loader-messages.ts';
import type { Log } from '../log/log.ts';
import { Alarm } from './alarm.ts';
import { type SoaTimeouts, usualSoaTimeouts } from './ask-soa.ts';
import { Pacer } from './pacer.ts';
import { type RefreshOutcome, type RefreshSetting, refreshZone } from './refresh.ts';
import { remoteText } from './remote-text.ts';
import { SecondaryZone } from './secondary-zone.ts';
import type { TransferLoader } from './transfer-connection.ts';
import type { TransferReport } from './transfer-messages.ts';
import { TransferQuota } from './transfer-quota.ts';
import { Transfers } from './transfers.ts';
import { confirmedExpiry, refreshDelay, retryDelay, transferredExpiry } from './zone-timing.ts';

export type SecondarySettings = Pick<
  Config,
  'zones' | 'keys' | 'transfersIn' | 'transfersPerPrimary' | 'serialQueryRate'
>;

export interface SecondaryOptions {
  readonly soaTimeouts: SoaTimeouts;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Where questions and transfers are counted. */
  readonly counts: CounterBlock;
}

const usualOptions: Omit<SecondaryOptions, 'counts'> = {
  soaTimeouts: usualSoaTimeouts,
  random: Math.random,
};

export class Secondaries {
  private readonly loader: TransferLoader;
  private readonly log: Log;
  private readonly options: SecondaryOptions;
  private readonly zones = new Map<string, SecondaryZone>();
  private readonly alarm: Alarm<SecondaryZone>;
  private readonly pacer: Pacer<SecondaryZone>;
  /** Of those whom somebody has told of a change: they do not wait behind thousands that are only due. */
  private readonly urgentPacer: Pacer<SecondaryZone>;
  private readonly transfers: Transfers;
  private readonly stopping = new AbortController();
  private readonly setting: RefreshSetting;
  /** Who wants to know what comes of the next look. */
  private readonly watchers = new Map<SecondaryZone, ((outcome: RefreshOutcome) => void)[]>();
  private keys: readonly TsigKey[] = [];
  private configs = new Map<string, ZoneConfig>();
  private isStarted = false;

  constructor(loader: TransferLoader, log: Log, options: Partial<SecondaryOptions> = {}) {
    this.loader = loader;
    this.log = log;
    this.options = { ...usualOptions, counts: options.counts ?? new CounterBlock(createCounters(1), 0), ...options };
    this.alarm = new Alarm((zone) => this.ring(zone));
    const { serialQueryRate } = defaultRates;
    this.pacer = new Pacer(serialQueryRate, (zone) => void this.look(zone));
    this.urgentPacer = new Pacer(serialQueryRate, (zone) => void this.look(zone));
    const quota = new TransferQuota({ total: 10, perPrimary: 2 });
    this.transfers = new Transfers(loader, log, quota, this.options.counts);
    const { soaTimeouts: timeouts, counts } = this.options;
    const { signal } = this.stopping;
    this.setting = { keys: () => this.keys, transfers: this.transfers, counts, log, timeouts, signal };
  }

  /** Before the loader is told of the zones: what it says of them refers to these. */
  configure(config: SecondarySettings): void {
    this.keys = config.keys;
    this.transfers.quota.setLimits({ total: config.transfersIn, perPrimary: config.transfersPerPrimary });
    this.pacer.setRate(config.serialQueryRate);
    this.urgentPacer.setRate(config.serialQueryRate);
    const secondaries = config.zones.filter(({ type }) => type === 'secondary');
    this.configs = new Map(secondaries.map((zone) => [zoneKeyText(zone), zone]));
    for (const [key, zone] of this.zones) if (!this.configs.has(key)) this.forget(key, zone);
  }

  /** What the loader says of a secondary at each load. */
  receiveZone(report: SecondaryReport): void {
    const key = zoneKeyText(report.id);
    const config = this.configs.get(key);
    if (config === undefined) return;
    const known = this.zones.get(key);
    const zone = known ?? new SecondaryZone(report.id, report.title, config);
    const hasNewPrimaries = wayToPrimaries(zone.config) !== wayToPrimaries(config);
    zone.config = config;
    this.zones.set(key, zone);
    if (known === undefined) adopt(zone, report);
    if (!this.isStarted) return;
    if (known === undefined) this.begin(zone);
    // Whoever reloads has perhaps mended what kept a zone away; BIND asks again too.
    else if (hasNewPrimaries || zone.serial === undefined) this.want(zone);
  }

  /** The server answers: from now on primaries are asked. */
  start(): void {
    this.isStarted = true;
    for (const zone of this.zones.values()) this.begin(zone);
  }

  stop(): void {
    this.stopping.abort();
    this.alarm.stop();
    this.pacer.stop();
    this.urgentPacer.stop();
    this.transfers.stop();
    for (const zone of this.watchers.keys()) this.tellWatchers(zone, { kind: 'failed' });
  }

  find(view: number, zoneClass: number, apex: WireName): SecondaryZone | undefined {
    return this.zones.get(zoneKeyText({ view, class: zoneClass, apex }));
  }

  get size(): number {
    return this.zones.size;
  }

  /** Look at the primaries as soon as there is a place for it; once more where it looks already. */
  refresh(zone: SecondaryZone): void {
    if (this.pacer.remove(zone)) this.urgentPacer.add(zone);
    else this.want(zone, this.urgentPacer);
  }

  /** This server has spoken to us: it is there, whatever became of connections to it. `address` in text. */
  noteHeard(address: string): void {
    this.transfers.unreachable.forget(address);
  }

  /** Take the whole zone again, whatever its serial. */
  retransfer(zone: SecondaryZone): void {
    zone.wantsWhole = true;
    this.refresh(zone);
  }

  /** What comes of the next look that begins: ask before `refresh` or `retransfer`. */
  nextOutcome(zone: SecondaryZone): Promise<RefreshOutcome> {
    return new Promise((resolve) => {
      const watchers = this.watchers.get(zone) ?? [];
      this.watchers.set(zone, [...watchers, resolve]);
    });
  }

  /** For `status`, in BIND's words. */
  get activity(): { readonly running: number; readonly deferred: number; readonly soaQueries: number } {
    const { runningCount: running, waitingCount: deferred } = this.transfers.quota;
    const busy = this.zones.values().reduce((count, { isBusy }) => count + (isBusy ? 1 : 0), 0);
    return {
      running,
      deferred,
      soaQueries: Math.max(0, busy - running - deferred - this.pacer.size - this.urgentPacer.size),
    };
  }

  /** Whether a look runs or waits. */
  isRefreshing(zone: SecondaryZone): boolean {
    return zone.isBusy;
  }

  receiveReport(report: TransferReport): void {
    this.transfers.receive(report);
  }

  /** Whoever published it: the serial that is served counts from now on. */
  receivePublished({ id, serial }: ZonePublished): void {
    const zone = this.find(id.view, id.class, id.apex);
    if (zone !== undefined) zone.serial = serial;
  }

  private begin(zone: SecondaryZone): void {
    if (zone.serial === undefined || zone.isExpired || zone.soa === undefined) {
      this.want(zone);
      return;
    }
    const { soa, config } = zone;
    const ageSeconds = Math.max(0, nowSeconds() - zone.refreshedAt);
    const { random } = this.options;
    // NOTIFY may have been missed while the server was down: as BIND, not later than the retry time.
    const untilRefresh = refreshDelay(soa, config.limits, random) - ageSeconds;
    const soon = retryDelay(soa, 0, config.limits, random);
    this.setRefresh(zone, Math.min(untilRefresh, soon));
  }

  private want(zone: SecondaryZone, pacer = this.pacer): void {
    if (zone.isBusy) {
      zone.isWanted = true;
      return;
    }
    zone.isBusy = true;
    pacer.add(zone);
  }

  private async look(zone: SecondaryZone): Promise<void> {
    const whole = zone.wantsWhole;
    // Both may be asked for again meanwhile.
    zone.wantsWhole = false;
    zone.isWanted = false;
    const watchers = this.takeWatchers(zone);
    let outcome: RefreshOutcome = { kind: 'failed' };
    try {
      outcome = await refreshZone(zone, whole, this.setting);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.error('general', `zone ${zone.title}: refresh: ${reason}`);
    }
    zone.isBusy = false;
    for (const tell of watchers) tell(outcome);
    if (zone.isGone || this.stopping.signal.aborted) return;
    if (outcome.kind !== 'transferred') zone.wantsWhole ||= whole;
    this.settle(zone, outcome);
    if (zone.isWanted) this.want(zone, this.urgentPacer);
  }

  private settle(zone: SecondaryZone, outcome: RefreshOutcome): void {
    const { limits } = zone.config;
    const { random } = this.options;
    if (outcome.kind === 'transferred') {
      zone.serial = outcome.done.serial;
      zone.soa = outcome.done.soa;
    }
    if (outcome.kind === 'failed' || zone.soa === undefined) {
      zone.failures++;
      this.setRefresh(zone, retryDelay(zone.soa, zone.failures, limits, random));
      return;
    }
    zone.failures = 0;
    if (outcome.kind !== 'lower') this.noteRefreshed(zone, outcome);
    this.setRefresh(zone, refreshDelay(zone.soa, limits, random));
  }

  private noteRefreshed(
    zone: SecondaryZone,
    outcome: Extract<RefreshOutcome, { kind: 'current' | 'transferred' }>,
  ): void {
    const { soa } = zone;
    if (soa === undefined) return;
    const now = nowSeconds();
    const { expireSeconds } = outcome;
    zone.refreshedAt = now;
    zone.expiresAt =
      outcome.kind === 'transferred'
        ? transferredExpiry(now, soa, expireSeconds)
        : confirmedExpiry(now, soa, expireSeconds, zone.expiresAt);
    zone.isExpired = false;
    const timers = { refreshedAt: now, expiresAt: zone.expiresAt, primary: remoteText(outcome.primary) };
    this.loader.send({ kind: 'refreshed', zone: zone.id, timers });
  }

  private setRefresh(zone: SecondaryZone, delaySeconds: number): void {
    zone.refreshDueMs = performance.now() + Math.max(0, delaySeconds) * 1000;
    this.setAlarm(zone);
  }

  /** For what comes first: the next look, or the end of the copy. */
  private setAlarm(zone: SecondaryZone): void {
    const untilRefresh = zone.isBusy ? Number.POSITIVE_INFINITY : zone.refreshDueMs - performance.now();
    const mayExpire = zone.serial !== undefined && !zone.isExpired;
    const untilExpiry = mayExpire ? zone.expiresDueMs - performance.now() : Number.POSITIVE_INFINITY;
    const delay = Math.min(untilRefresh, untilExpiry);
    if (delay < Number.POSITIVE_INFINITY) this.alarm.set(zone, delay);
  }

  private ring(zone: SecondaryZone): void {
    if (zone.serial !== undefined && !zone.isExpired && zone.expiresDueMs <= performance.now()) {
      zone.isExpired = true;
      this.log.warning('general', `zone ${zone.title}: expired`);
      this.loader.send({ kind: 'expire', zone: zone.id });
    }
    if (!zone.isBusy && zone.refreshDueMs <= performance.now()) this.want(zone);
    this.setAlarm(zone);
  }

  private forget(key: string, zone: SecondaryZone): void {
    zone.isGone = true;
    this.zones.delete(key);
    this.alarm.clear(zone);
    this.pacer.remove(zone);
    this.urgentPacer.remove(zone);
    this.tellWatchers(zone, { kind: 'failed' });
  }

  private takeWatchers(zone: SecondaryZone): readonly ((outcome: RefreshOutcome) => void)[] {
    const watchers = this.watchers.get(zone) ?? [];
    this.watchers.delete(zone);
    return watchers;
  }

  private tellWatchers(zone: SecondaryZone, outcome: RefreshOutcome): void {
    for (const tell of this.takeWatchers(zone)) tell(outcome);
  }
}

function wayToPrimaries({ primaries, transferSource }: ZoneConfig): string {
  return JSON.stringify([primaries, transferSource]);
}

/** What is known of the copy on disk. */
function adopt(zone: SecondaryZone, report: SecondaryReport): void {
  const { serial, refreshSeconds, retrySeconds, expireSeconds, timers, isExpired } = report;
  zone.serial = serial;
  zone.soa = serial === undefined ? undefined : { refreshSeconds, retrySeconds, expireSeconds };
  zone.refreshedAt = timers?.refreshedAt ?? 0;
  zone.expiresAt = timers?.expiresAt ?? 0;
  zone.isExpired = isExpired;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
