/**
 * Several Ringzones that agree: what this one tells its peers, what they tell it, and what follows for targets and drains.
 *
 * Each asks each, by signed questions over DNS (peer-question.ts, bulletin.ts): every second, and at once where there may be news. An
 * opinion counts for ten seconds after the question that it answered; who isn't heard has none.
 */
import type { TargetState } from '../../plane/steering/steering-policy.ts';
import { nameText } from '../../wire/name.ts';
import type { Drain } from '../health/drains.ts';
import type { Endpoint } from '../health/endpoint.ts';
import type { HealthLine } from '../health/health-messages.ts';
import { agreedState, countAgainst } from './agreed-state.ts';
import { formatVersion, maxHeadOctets } from './bulletin.ts';
import { BulletinBoard, type Standing } from './bulletin-board.ts';
import { type DrainOrder, DrainOrders, isInForce } from './drain-orders.ts';
import { type Opinion, opinionOf } from './opinion.ts';
import type { HealthPeer, PeerReport } from './peer.ts';
import { recordOctets } from './peer-messages.ts';
import { PeerPoller, type PollerEnvironment } from './peer-poller.ts';
import { parseQuestion } from './peer-question.ts';
import type { Heard } from './peer-view.ts';

/** What the agreement touches of the world; tests have their own. */
export interface AgreementEnvironment extends Pick<PollerEnvironment, 'timeline' | 'wallClock' | 'ask'> {
  /** 16 hexadecimal digits that nobody can guess. */
  readonly newId: () => string;
  readonly tell: (line: HealthLine) => void;
  /** Peers see these otherwise than before; keys of endpoints. */
  readonly reconsider: (keys: ReadonlySet<string>) => void;
  /** Peers have said to drain, or to drain no longer: this is what holds now. */
  readonly drainsChanged: (drains: readonly Drain[], reason: string) => void;
  /** Reports of peers are others. */
  readonly reportsChanged: () => void;
}

/** What a peer sees. */
export interface PeerOpinion {
  readonly peer: string;
  /** `undefined`: it doesn't ask that, or isn't heard. */
  readonly opinion: Opinion | undefined;
  readonly isHeard: boolean;
}

export class Agreement {
  private readonly environment: AgreementEnvironment;
  private readonly board: BulletinBoard;
  private readonly orders = new DrainOrders();
  private pollers: readonly PeerPoller[] = [];
  /** Those whose opinions count: heard, and each server once. */
  private counted: readonly PeerPoller[] = [];
  /** Names of peers that are no others, and were told of. */
  private readonly told = new Set<string>();
  private hasNews = false;

  constructor(environment: AgreementEnvironment) {
    this.environment = environment;
    this.board = new BulletinBoard(environment.newId);
  }

  /** Have these peers from now on. Those that stay keep what is known of them. */
  configure(peers: readonly HealthPeer[]): void {
    const before = this.pollers;
    this.pollers = peers.map((peer) => before.find((poller) => isSamePeer(poller.peer, peer)) ?? this.start(peer));
    for (const poller of before) if (!this.pollers.includes(poller)) poller.stop();
    this.recount();
  }

  stop(): void {
    for (const poller of this.pollers) poller.stop();
  }

  /** Resolves when each peer has answered once, or has not. */
  async firstAnswers(): Promise<void> {
    await Promise.all(this.pollers.map((poller) => poller.firstAnswer));
  }

  get hasPeers(): boolean {
    return this.pollers.length > 0;
  }

  /** Orders of an earlier run. */
  restoreOrders(orders: readonly DrainOrder[], drains: readonly Drain[]): void {
    const wallMs = this.environment.wallClock();
    for (const order of orders) this.orders.take(order, wallMs);
    // Drains that were kept without their orders are older than all orders.
    for (const drain of drains) this.orders.take({ kind: 'drain', ...drain, stamp: 0 }, wallMs);
    for (const order of this.orders.all) this.board.setOrder(order);
  }

  get drainOrders(): readonly DrainOrder[] {
    return this.orders.all;
  }

  /** This server's operator has drained that. */
  drained(drain: Drain): void {
    this.post(this.orders.drain(drain, this.environment.wallClock()));
    this.announce();
  }

  /** This server's operator has ended these. */
  undrained(drains: readonly Drain[]): void {
    const wallMs = this.environment.wallClock();
    for (const drain of drains) this.post(this.orders.undrain(drain, wallMs));
    if (drains.length > 0) this.announce();
  }

  /** This server's own opinion of an endpoint may be another. */
  note({ key, verdict }: Endpoint): void {
    if (this.board.setOpinion(key, opinionOf(verdict))) this.announce();
  }

  /** An endpoint is not asked any more. */
  forget({ key }: Endpoint): void {
    if (this.board.setOpinion(key, undefined)) this.announce();
  }

  /** The state of an endpoint where so many servers must see it down to take it out. */
  stateOf({ key, verdict }: Endpoint, needed: number): TargetState {
    if (needed <= 1) return verdict.state;
    return agreedState(opinionOf(verdict), this.opinionsOf(key), needed);
  }

  /** `seen down by 1 of 3 servers, 2 must agree, 1 is not heard` */
  describe({ key, verdict }: Endpoint, needed: number): string {
    const against = countAgainst([opinionOf(verdict), ...this.opinionsOf(key)]);
    const silent = this.pollers.length - this.counted.length;
    const missing = silent === 0 ? '' : `, ${silent} ${silent === 1 ? 'is' : 'are'} not heard`;
    return `seen down by ${against} of ${1 + this.pollers.length} servers, ${needed} must agree${missing}`;
  }

  /** How many servers ask an endpoint that this one asks; `undefined` while a peer isn't heard, who may. */
  get serversAsking(): ((endpointKey: string) => number) | undefined {
    if (this.counted.length < this.pollers.length) return undefined;
    return (key) => 1 + this.opinionsOf(key).length;
  }

  /** What each peer sees. */
  peerOpinions({ key }: Pick<Endpoint, 'key'>): readonly PeerOpinion[] {
    return this.pollers.map((poller) => {
      const isHeard = this.counted.includes(poller);
      return { peer: poller.name, isHeard, opinion: isHeard ? poller.view.opinionOf(key) : undefined };
    });
  }

  reports(): readonly PeerReport[] {
    const drains = this.orders.heardAt(this.environment.wallClock());
    return this.pollers.map((poller) => {
      const from = drains.get(poller.name);
      const report = { ...poller.report(), isHeard: this.counted.includes(poller) };
      return from === undefined ? report : { ...report, drains: from };
    });
  }

  /**
   * Answer the question by that name, signed with the key by that name, with texts that take so many octets at most as records. Whether they
   * are all: a peer goes on from where they end, over UDP it asks again over TCP.
   */
  answer(
    qname: Uint8Array,
    keyName: string,
    roomOctets: number,
  ): { readonly texts: readonly string[]; readonly isWhole: boolean } {
    const question = parseQuestion(qname);
    if (question === undefined) return { texts: [formatVersion()], isWhole: true };
    if (question.asker !== undefined) this.lookAt(question.asker, keyName);
    let left = roomOctets - recordOctets('') - maxHeadOctets;
    let isWhole = true;
    const texts = this.board.read(question.since, this.environment.wallClock(), (text) => {
      left -= recordOctets(text);
      isWhole = left >= 0;
      return isWhole;
    });
    return { texts, isWhole };
  }

  /** Whoever asks has said where it stands: news of it are asked for at once. */
  private lookAt(asker: Standing, keyName: string): void {
    const possible = this.pollers.filter(({ peer }) => nameText(peer.key.name) === keyName);
    const known = possible.find(({ view }) => view.standing?.id === asker.id);
    if (known?.view.standing?.number === asker.number) return;
    for (const poller of known === undefined ? possible : [known]) poller.askSoon();
  }

  /** Tell peers that there are news: they are asked, and so learn that they should ask. All that happens in one turn is told together. */
  private announce(): void {
    if (this.hasNews || this.pollers.length === 0) return;
    this.hasNews = true;
    this.environment.timeline.after(0, () => {
      this.hasNews = false;
      for (const poller of this.pollers) poller.askSoon();
    });
  }

  private opinionsOf(key: string): Opinion[] {
    return this.counted.flatMap(({ view }) => view.opinionOf(key) ?? []);
  }

  private start(peer: HealthPeer): PeerPoller {
    const { timeline, wallClock, ask } = this.environment;
    const poller = new PeerPoller(peer, {
      timeline,
      wallClock,
      ask,
      ownStanding: () => this.board.standing,
      heard: (from, heard) => this.hear(from, heard),
      reachChanged: (of) => this.reachChanged(of),
      refused: ({ name }, problem) => this.warn(`peer ${name} gives no opinion: ${problem}`),
    });
    poller.start();
    return poller;
  }

  private hear(from: PeerPoller, { changed, orders }: Heard): void {
    for (const order of orders) this.takeOrder(from, order);
    const before = this.counted;
    this.recount();
    if (before.includes(from) && changed.size > 0) this.environment.reconsider(changed);
  }

  private takeOrder(from: PeerPoller, order: DrainOrder): void {
    const wallMs = this.environment.wallClock();
    const wasInForce = this.orders.all.some((each) => isSameTarget(each, order) && isInForce(each, wallMs));
    if (!this.orders.take({ ...order, from: from.name }, wallMs)) return;
    this.post(order);
    this.announce();
    if (!wasInForce && !isInForce(order, wallMs)) return;
    this.environment.drainsChanged(
      this.orders.drainsAt(wallMs),
      `${describeOrder(order, wallMs)} by peer ${from.name}`,
    );
    this.environment.reportsChanged();
  }

  /** On the board, which forgets what is forgotten here. */
  private post(order: DrainOrder): void {
    this.board.setOrder(order);
    this.board.keepOrders(this.orders);
  }

  private reachChanged(poller: PeerPoller): void {
    this.recount();
    const { problem } = poller.report();
    if (poller.isHeard) this.environment.tell({ severity: 'notice', message: `peer ${poller.name} is heard` });
    else this.warn(`peer ${poller.name} is not heard (${problem ?? 'timed out'}): its opinions do not count`);
    this.environment.reportsChanged();
  }

  /** Look who counts. One server that is named twice, or this one itself, has one opinion. */
  private recount(): void {
    const before = this.counted;
    const ids = new Set<string>([this.board.standing.id]);
    const counted: PeerPoller[] = [];
    for (const poller of this.pollers) {
      const { id } = poller.view;
      if (!poller.isHeard || id === undefined) continue;
      if (ids.has(id)) this.tellTwice(poller, id);
      else counted.push(poller);
      ids.add(id);
    }
    this.counted = counted;
    const touched = new Set<string>();
    for (const poller of before) if (!counted.includes(poller)) addAgainst(touched, poller);
    for (const poller of counted) if (!before.includes(poller)) addAgainst(touched, poller);
    if (touched.size > 0) this.environment.reconsider(touched);
  }

  private tellTwice({ name }: PeerPoller, id: string): void {
    if (this.told.has(name)) return;
    this.told.add(name);
    const who = id === this.board.standing.id ? 'this server itself' : 'a server that another peer is already';
    this.warn(`peer ${name} is ${who}: it has no opinion of its own`);
  }

  private warn(message: string): void {
    this.environment.tell({ severity: 'warning', message });
  }
}

function addAgainst(keys: Set<string>, { view }: PeerPoller): void {
  for (const key of view.keysAgainst()) keys.add(key);
}

function describeOrder(order: DrainOrder, wallMs: number): string {
  if (!isInForce(order, wallMs)) return 'undrained';
  if (order.untilMs === undefined) return 'drained until it is undrained';
  return `drained for ${Math.round((order.untilMs - wallMs) / 1000)} s`;
}

function isSameTarget(a: DrainOrder, b: DrainOrder): boolean {
  return a.name === b.name && a.port === b.port;
}

function isSamePeer(a: HealthPeer, b: HealthPeer): boolean {
  const isSameKey =
    a.key.algorithm === b.key.algorithm &&
    a.key.macOctets === b.key.macOctets &&
    nameText(a.key.name) === nameText(b.key.name) &&
    Buffer.from(a.key.secret).equals(b.key.secret);
  return a.address === b.address && a.port === b.port && isSameKey;
}
