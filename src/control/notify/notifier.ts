/** NOTIFY to secondaries (RFC 1996): who is told of what, when, and how often. */

import { isIPv6 } from 'node:net';
import { Counter, CounterBlock, createCounters } from '../../plane/counters.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import { zoneKeyText } from '../../store/image/zone-key.ts';
import { soaSerial } from '../../transfer/journal/record-octets.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import type { Config, Remote, ZoneConfig } from '../config/config.ts';
import { defaultRates } from '../config/defaults.ts';
import type { ZonePublished } from '../loader-messages.ts';
import type { Log } from '../log/log.ts';
import { awaitFollowers, type Follower, type NotifiedServer } from '../published/followers.ts';
import { Alarm } from '../secondary/alarm.ts';
import { askDatagram, askStream, timedOut } from '../secondary/ask.ts';
import { Pacer } from '../secondary/pacer.ts';
import { keyOf, remoteText, withSource } from '../secondary/remote-text.ts';
import type { Timed } from '../secondary/timer-heap.ts';
import { makeNotify } from './make-notify.ts';
import type { Notice } from './notify-message.ts';
import { distinctRemotes, isOwnAddress, notifiesAnybody, notifiesServers, ServerFinder } from './notify-targets.ts';
import type { ServedApex, ServedZones } from './served-zones.ts';

export interface NotifyOptions {
  /** Each of so many tries waits for so long for the response. */
  readonly tries: number;
  readonly timeoutMs: number;
  /** Where notices are counted. */
  readonly counts: CounterBlock;
}

const usualOptions: Omit<NotifyOptions, 'counts'> = { tries: 3, timeoutMs: 15_000 };

/** A zone that others are told of. */
class NotifiedZone implements Timed {
  readonly id: ZoneId;
  readonly title: string;
  /** When the last round began. */
  lastMs = Number.NEGATIVE_INFINITY;
  /** Rounds before end when this goes up. */
  round = 0;
  /** Those of the last round, by address and port. */
  sendings: ReadonlyMap<string, Sending> = new Map();
  dueMs = 0;
  heapIndex = -1;

  constructor({ id, title }: Pick<ZonePublished, 'id' | 'title'>) {
    this.id = id;
    this.title = title;
  }
}

/** One notice to one server. While it stands in line a newer one takes its place. */
interface Sending {
  readonly zone: NotifiedZone;
  remote: Remote;
  notice: Notice;
  /** What came of the last notice that was sent to the end. */
  told?: Told;
}

/** That a server was told of a serial. */
export interface Told {
  readonly serial: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Why it has not acknowledged it; `undefined`: it has. */
  readonly problem: string | undefined;
}

/** A server that is told of a zone's changes. */
export interface ToldServer {
  /** `192.0.2.53#53` */
  readonly place: string;
  readonly address: string;
  /** `undefined`: it has not been told of anything yet. */
  readonly told: Told | undefined;
}

export class Notifier {
  private readonly served: ServedZones;
  private readonly own: readonly ListenAddress[];
  private readonly log: Log;
  private readonly options: NotifyOptions;
  private readonly alarm: Alarm<NotifiedZone>;
  private readonly finder: ServerFinder;
  /** Of zones, since each round may look up names. */
  private readonly rounds: Pacer<NotifiedZone>;
  private readonly pacer: Pacer<Sending>;
  private readonly stopping = new AbortController();
  private readonly zones = new Map<string, NotifiedZone>();
  private configs = new Map<string, ZoneConfig>();
  private keys: readonly TsigKey[] = [];

  /** `own`: where this server listens. */
  constructor(served: ServedZones, own: readonly ListenAddress[], log: Log, options: Partial<NotifyOptions> = {}) {
    this.served = served;
    this.own = own;
    this.log = log;
    this.options = { ...usualOptions, counts: options.counts ?? new CounterBlock(createCounters(1), 0), ...options };
    this.finder = new ServerFinder(served);
    this.rounds = new Pacer(defaultRates.notifyRate, (zone) => void this.beginRound(zone));
    this.alarm = new Alarm((zone) => this.rounds.add(zone));
    this.pacer = new Pacer(defaultRates.notifyRate, (sending) => void this.send(sending));
  }

  configure(config: Pick<Config, 'zones' | 'keys' | 'notifyRate'>): void {
    this.keys = config.keys;
    this.rounds.setRate(config.notifyRate);
    this.pacer.setRate(config.notifyRate);
    this.configs = new Map(config.zones.map((zone) => [zoneKeyText(zone), zone]));
    for (const [key, zone] of this.zones) {
      if (this.configs.has(key)) continue;
      this.alarm.clear(zone);
      this.rounds.remove(zone);
      for (const sending of zone.sendings.values()) this.pacer.remove(sending);
      zone.round++;
      this.zones.delete(key);
    }
  }

  /** Notices that stand in line to be sent. */
  get waitingCount(): number {
    return this.pacer.size;
  }

  /** Who was told in the zone's last round. `key`: of zoneKeyText. */
  told(key: string): readonly ToldServer[] {
    const sendings = this.zones.get(key)?.sendings ?? new Map<string, Sending>();
    return [...sendings].map(([place, { remote, told }]) => ({ place, address: remote.address, told }));
  }

  /** A version has been published: tell of it, at once or when the zone's last round is long enough ago. */
  notify(published: Pick<ZonePublished, 'id' | 'title'>): void {
    const { view, class: zoneClass, apex } = published.id;
    const key = zoneKeyText({ view, class: zoneClass, apex });
    const config = this.configs.get(key);
    if (config === undefined || !notifiesAnybody(config)) return;
    const zone = this.zones.get(key) ?? new NotifiedZone(published);
    this.zones.set(key, zone);
    if (zone.heapIndex < 0) this.alarm.set(zone, zone.lastMs + config.notifyDelayMs - performance.now());
  }

  /** Whom it tells of this zone; none where it is not served, or nobody is told. */
  async serversOf(id: ZoneId): Promise<readonly NotifiedServer[]> {
    const key = zoneKeyText(id);
    const config = this.configs.get(key);
    const served = this.served.readApex(id);
    if (config === undefined || served === undefined || !notifiesAnybody(config)) return [];
    const sendings = this.zones.get(key)?.sendings;
    return (await this.findRemotes(id, config, served)).map((remote) => {
      const told = sendings?.get(remoteText(remote))?.told;
      return { remote, acknowledgedSerial: told?.problem === undefined ? told?.serial : undefined };
    });
  }

  /** Resolves when these servers have this serial, or `deadlineMs` has come, on the clock of `performance.now`. */
  async awaitFollowers(id: ZoneId, serial: number, deadlineMs: number): Promise<readonly Follower[]> {
    const { keys, stopping } = this;
    return await awaitFollowers(id, serial, () => this.serversOf(id), keys, deadlineMs, stopping.signal);
  }

  stop(): void {
    this.stopping.abort();
    this.finder.stop();
    this.rounds.stop();
    this.alarm.stop();
    this.pacer.stop();
  }

  private async beginRound(zone: NotifiedZone): Promise<void> {
    zone.lastMs = performance.now();
    const round = ++zone.round;
    const config = this.configs.get(zoneKeyText(zone.id));
    const served = this.served.readApex(zone.id);
    if (config === undefined || served === undefined) return;
    const { notice } = served;
    const remotes = await this.findRemotes(zone.id, config, served);
    if (zone.round !== round || this.stopping.signal.aborted) return;
    const serial = soaSerial(notice.soa, notice.soa.length);
    if (remotes.length > 0) this.log.info('notify', `zone ${zone.title}: sending notifies (serial ${serial})`);
    this.queue(zone, remotes, notice);
  }

  private async findRemotes(id: ZoneId, config: ZoneConfig, { servers }: ServedApex): Promise<readonly Remote[]> {
    const found = notifiesServers(config) ? await this.finder.find(id.view, id.class, servers) : [];
    return (
      distinctRemotes([...found, ...config.alsoNotify])
        // Itself it tells only where a key may lead into another view.
        .filter((remote) => !isOwnAddress(remote, this.own) || (id.viewName !== undefined && remote.key !== undefined))
        .map((remote) => withSource(remote, config.notifySource))
    );
  }

  /** Who stands in line already keeps the place: else the line of zones that change all the time would have no end. */
  private queue(zone: NotifiedZone, remotes: readonly Remote[], notice: Notice): void {
    const before = zone.sendings;
    zone.sendings = new Map(
      remotes.map((remote) => {
        const place = remoteText(remote);
        return [place, Object.assign(before.get(place) ?? { zone }, { remote, notice })];
      }),
    );
    for (const [place, sending] of before) if (!zone.sendings.has(place)) this.pacer.remove(sending);
    for (const sending of zone.sendings.values()) this.pacer.add(sending);
  }

  private async send(sending: Sending): Promise<void> {
    const { zone, remote, notice } = sending;
    const { tries, timeoutMs, counts } = this.options;
    counts.add(isIPv6(remote.address) ? Counter.NotifyOutv6 : Counter.NotifyOutv4);
    const { signal } = this.stopping;
    const ask = makeNotify(notice, keyOf(remote, this.keys));
    const result =
      remote.tls === undefined
        ? await askDatagram(remote, ask, tries, timeoutMs, signal)
        : await askStream(remote, ask, timeoutMs, signal);
    if (signal.aborted) return;
    const problem = result.ok ? result.value.problem : result.error;
    sending.told = { serial: soaSerial(notice.soa, notice.soa.length), atMs: Date.now(), problem };
    this.logProblem(zone, remote, problem);
  }

  private logProblem({ title }: NotifiedZone, remote: Remote, problem: string | undefined): void {
    const to = `zone ${title}: notify to ${remoteText(remote)}`;
    if (problem === timedOut) this.log.info('notify', `${to}: retries exceeded`);
    else if (problem !== undefined) this.log.info('notify', `${to} failed: ${problem}`);
  }
}
