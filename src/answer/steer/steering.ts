import { Draws } from '../../base/draws.ts';
import { u16At } from '../../base/octets.ts';
import type { Client } from '../../plane/access/client.ts';
import type { RrsetOrderRule } from '../../plane/answer-settings.ts';
import { packFirstChoice } from '../../plane/steering/first-choice.ts';
import { askAddress, askHost, askPolicy, askTarget, SteeringKey } from '../../plane/steering/steering-key.ts';
import { Reaction, SrvOrder, TargetState } from '../../plane/steering/steering-policy.ts';
import type { SteeringEntry, SteeringTable } from '../../plane/steering/steering-table.ts';
import type { NodeRef, RrsetRef, VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { Type } from '../../wire/codes.ts';
import { AnswerVariant, Variance } from './answer-variant.ts';
import { OrderRules } from './order-rules.ts';
import { OrderFinding, type OrderRequest, orderAlike, orderSrv } from './order-srv.ts';
import { maxOrderedRecords, RecordOrder } from './record-order.ts';
import { stickyScore, targetHash } from './sticky-score.ts';

/** Where in the RDATA of SRV the weight, the port and the target stand (RFC 2782). */
const weightAt = 2;
const portAt = 4;
const targetAt = 6;

/**
 * The policies of one answerer: in what order it gives the records of a set, and which it leaves out. One object per thread; nothing
 * here allocates. Without a table nothing is steered.
 */
export class Steering {
  /** Of the set last looked at by `arrange`. */
  readonly set = new RecordOrder();
  /** Bound on its TTL, in seconds; `Infinity` for none. */
  ttlBound = Number.POSITIVE_INFINITY;
  /** Which of the possible answers is made; the response cache keeps each for itself. */
  readonly variant = new AnswerVariant();
  /** Whether this answer depends on policies or states. */
  isSteered = false;
  /** Of the SRV last arranged, as `packFirstChoice` has it; 0 where they are under no policy. */
  firstChoice = 0;
  table: SteeringTable | undefined = undefined;
  draws: Draws = new Draws();

  /** Whether an address of a name of which addresses may be down was looked at in this answer. */
  touchesHosts = false;
  rules: OrderRules;

  private readonly reader: ZoneReader;
  private readonly client: Client;
  private readonly key = new SteeringKey();
  /** The name of which addresses were last looked at in this answer, and its entry. */
  private lastNode = 0;
  private lastHost: SteeringEntry = 0;
  private readonly asked: OrderRequest = {
    order: SrvOrder.zone,
    reaction: Reaction.demote,
    isSigned: false,
    emptyWhenAllDown: false,
    point: 0,
    isFirst: false,
    turn: 0,
    variant: this.variant,
  };

  constructor(reader: ZoneReader, client: Client, rules: readonly RrsetOrderRule[] = []) {
    this.reader = reader;
    this.rules = new OrderRules(rules);
    this.client = client;
  }

  /** Whether any set may be given otherwise than the zone has it. */
  get isOn(): boolean {
    return this.table !== undefined || !this.rules.isEmpty;
  }

  /** Begin an answer. Its variant is the caller's to clear, or to choose. */
  clear(): void {
    this.isSteered = false;
    this.firstChoice = 0;
    this.touchesHosts = false;
    this.lastNode = 0;
    this.variant.forget();
  }

  /**
   * Whether the set is to be given otherwise than the zone has it; then `set` says how, and `ttlBound`. `set` may be left with no
   * record at all.
   */
  arrange(node: NodeRef, rrset: RrsetRef, view: number, version: VersionRef): boolean {
    this.ttlBound = Number.POSITIVE_INFINITY;
    this.firstChoice = 0;
    const { table, reader } = this;
    const type = reader.rrsetType(rrset);
    let isArranged = false;
    if (table !== undefined && type === Type.srv) {
      const policy = this.findPolicy(table, view, reader.nodeNameOffset(node), version);
      if (policy !== 0) return this.arrangeSrv(table, node, rrset, view, policy);
    } else if (table !== undefined && (type === Type.a || type === Type.aaaa)) {
      isArranged = this.arrangeAddresses(table, node, rrset, view);
    }
    return this.rules.isEmpty ? isArranged : this.orderByRules(node, rrset, view, type, isArranged);
  }

  /** `isArranged`: the records to be given are in `set` already. */
  private orderByRules(node: NodeRef, rrset: RrsetRef, view: number, type: number, isArranged: boolean): boolean {
    const { reader, set, asked, variant } = this;
    const count = reader.rrsetCount(rrset);
    if (count < 2 || count > maxOrderedRecords || reader.rrsetCovered(rrset) !== 0) return isArranged;
    const order = this.rules.find(view, type, reader.octets, reader.nodeNameOffset(node));
    if (order === 'fixed') return isArranged;
    if (!isArranged) this.collect(rrset, type);
    if (set.pickedCount < 2) return isArranged;
    asked.order = order === 'cyclic' ? SrvOrder.cyclic : SrvOrder.rfc2782;
    asked.isFirst = false;
    if (asked.order === SrvOrder.cyclic) asked.turn = variant.takeTurn(this.draws);
    else this.takePoint();
    orderAlike(set, asked, this.draws);
    if (asked.isFirst) variant.checkPart();
    return true;
  }

  private collect(rrset: RrsetRef, type: number): void {
    const { reader, set } = this;
    set.clear();
    let at = reader.rrsetDataOffset(rrset);
    const end = at + reader.rrsetDataOctets(rrset);
    while (at < end) {
      const rdata = at + 2;
      if (type === Type.srv) {
        set.priority[set.count] = u16At(reader.octets, rdata);
        set.weight[set.count] = u16At(reader.octets, rdata + weightAt);
      }
      set.add(rdata);
      at = rdata + u16At(reader.octets, at);
    }
  }

  private arrangeSrv(
    table: SteeringTable,
    node: NodeRef,
    rrset: RrsetRef,
    view: number,
    policy: SteeringEntry,
  ): boolean {
    const { reader, asked, set } = this;
    const owner = reader.nodeNameOffset(node);
    if (reader.rrsetCount(rrset) > maxOrderedRecords) return false;
    this.isSteered = true;
    this.collectSrv(table, rrset, view, owner);
    asked.order = table.orderOf(policy);
    asked.reaction = table.reactionOf(policy);
    asked.emptyWhenAllDown = table.isEmptyWhenAllDown(policy);
    asked.isSigned = this.reader.rrsigBehind(node, rrset) !== 0;
    asked.isFirst = false;
    this.vary(table, policy);
    const finding = orderSrv(set, asked, this.draws);
    if (asked.isFirst) this.variant.checkPart();
    this.firstChoice = this.findFirst(table, view, owner, asked.order, finding);
    // What is left out by a health that changes must not stay in caches for long.
    this.ttlBound = finding === OrderFinding.healthy ? Number.POSITIVE_INFINITY : table.degradedTtlOf(policy);
    return finding !== OrderFinding.healthy || asked.order !== SrvOrder.zone;
  }

  /** The owner's own policy, else its zone's. */
  private findPolicy(table: SteeringTable, view: number, owner: number, version: VersionRef): SteeringEntry {
    const { key, reader } = this;
    askPolicy(key, view, reader.octets, owner);
    const own = table.find(key);
    if (own !== 0) return own;
    askPolicy(key, view, reader.octets, reader.nodeNameOffset(reader.apexNode(version)));
    return table.find(key);
  }

  private collectSrv(table: SteeringTable, rrset: RrsetRef, view: number, owner: number): void {
    const { reader, set, key } = this;
    const { octets } = reader;
    set.clear();
    const isAllUp = table.isAllUp();
    let at = reader.rrsetDataOffset(rrset);
    const end = at + reader.rrsetDataOctets(rrset);
    while (at < end) {
      const rdata = at + 2;
      const index = set.count;
      set.priority[index] = u16At(octets, rdata);
      set.weight[index] = set.configuredWeight[index] = u16At(octets, rdata + weightAt);
      set.state[index] = TargetState.up;
      if (!isAllUp) {
        askTarget(key, view, octets, owner, octets, rdata + targetAt, u16At(octets, rdata + portAt));
        const entry = table.find(key);
        if (entry !== 0) set.state[index] = table.stateOf(entry);
      }
      set.add(rdata);
      at = rdata + u16At(octets, at);
    }
  }

  private findFirst(table: SteeringTable, view: number, owner: number, order: SrvOrder, finding: OrderFinding): number {
    const { set, key, reader } = this;
    if (set.pickedCount === 0) return 0;
    const rdata = set.rdata[set.at(0)] as number;
    askTarget(key, view, reader.octets, owner, reader.octets, rdata + targetAt, u16At(reader.octets, rdata + portAt));
    return packFirstChoice(table.find(key), order, finding !== OrderFinding.healthy);
  }

  /** Which of its possible answers this is, where the policy has several. */
  private vary(table: SteeringTable, policy: SteeringEntry): void {
    const { asked, variant, draws } = this;
    switch (asked.order) {
      case SrvOrder.rfc2782:
      case SrvOrder.shape:
        this.takePoint();
        break;
      case SrvOrder.cyclic:
        asked.turn = variant.takeTurn(draws);
        break;
      case SrvOrder.sticky:
        this.score(variant.takeBucket(this.client, table.prefixBits4Of(policy), table.prefixBits6Of(policy)));
        break;
      default:
    }
  }

  private takePoint(): void {
    const { asked, variant, draws } = this;
    asked.isFirst = variant.kind === Variance.none;
    asked.point = variant.takeDrawn(draws);
  }

  private score(bucket: number): void {
    const { set, reader } = this;
    for (let i = 0; i < set.count; i++) {
      const rdata = set.rdata[i] as number;
      const target = targetHash(reader.octets, rdata + targetAt, u16At(reader.octets, rdata + portAt));
      set.score[i] = stickyScore(bucket, target, set.configuredWeight[i] as number);
    }
  }

  /** Addresses that are down are left out, unless all are, or a signature covers them. */
  private arrangeAddresses(table: SteeringTable, node: NodeRef, rrset: RrsetRef, view: number): boolean {
    const { reader, key, set } = this;
    const name = reader.nodeNameOffset(node);
    // A and AAAA of a name come one behind the other.
    if (node !== this.lastNode) {
      askHost(key, view, reader.octets, name);
      this.lastHost = table.find(key);
      this.lastNode = node;
    }
    const host = this.lastHost;
    if (host === 0) return false;
    this.isSteered = true;
    this.touchesHosts = true;
    if (table.isAllUp() || this.reader.rrsigBehind(node, rrset) !== 0 || reader.rrsetCount(rrset) > maxOrderedRecords)
      return false;
    set.clear();
    let down = 0;
    let at = reader.rrsetDataOffset(rrset);
    const end = at + reader.rrsetDataOctets(rrset);
    while (at < end) {
      const addressOctets = u16At(reader.octets, at);
      askAddress(key, view, reader.octets, name, reader.octets, at + 2, addressOctets);
      const entry = table.find(key);
      const isUp = entry === 0 || table.stateOf(entry) === TargetState.up;
      if (isUp) set.add(at + 2);
      else down++;
      at += 2 + addressOctets;
    }
    this.ttlBound = down === 0 ? Number.POSITIVE_INFINITY : table.degradedTtlOf(host);
    return down > 0 && set.pickedCount > 0;
  }
}
