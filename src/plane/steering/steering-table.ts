/**
 * What answers must know of policies and of who is up, in shared memory. The control plane builds a table whenever policies or
 * the zones' SRV change, and gives it to the workers; between two tables a change of a target's state is the change of one word.
 *
 *     words   0 magic   1 generation   2 slots, a power of two   3 how many states are not `up`
 *             slots: hash, entry (its index in words, 0 for none); the next slot holds what found its own taken
 *             entry: length of the key, value words, the key's octets, filled up to a word
 */
import { octetAt } from '../../base/octets.ts';
import { type SteeringKey, SteeringKind } from './steering-key.ts';
import { type Reaction, type SrvOrder, type SteeringPolicy, TargetState } from './steering-policy.ts';

export const steeringMagic = 0x525a_5354;
export const SteeringWord = { magic: 0, generation: 1, slots: 2, notUp: 3 } as const;
const headerWords = 4;
/** In an entry, behind the key's length. A policy has two; a state is the first, and of a target the second counts. */
const valueWords = 2;
const entryHeadWords = 1 + valueWords;

/** Index of an entry in words; holds for this table alone. */
export type SteeringEntry = number;

interface Draft {
  readonly hash: number;
  readonly key: Uint8Array;
  readonly values: readonly [number, number];
}

/** Collects entries. A key that comes twice keeps what it had first. */
export class SteeringBuilder {
  private readonly drafts = new Map<string, Draft>();
  private notUp = 0;

  addPolicy(key: SteeringKey, policy: SteeringPolicy): void {
    const { order, reaction, emptyWhenAllDown, degradedTtlSeconds, prefixBits4, prefixBits6 } = policy;
    const packed =
      order | (reaction << 4) | ((emptyWhenAllDown ? 1 : 0) << 8) | (prefixBits4 << 9) | (prefixBits6 << 16);
    this.add(key, [packed, degradedTtlSeconds]);
  }

  /** A target or an address. */
  addState(key: SteeringKey, state: TargetState): void {
    if (this.add(key, [state, 0]) && state !== TargetState.up) this.notUp++;
  }

  /** `degradedTtlSeconds` bounds the TTL of its addresses while one is left out. */
  addHost(key: SteeringKey, degradedTtlSeconds: number): void {
    this.add(key, [0, degradedTtlSeconds]);
  }

  /** `generation`: another than that of any table before. */
  build(generation: number): SharedArrayBuffer {
    const drafts = [...this.drafts.values()];
    const slots = 2 ** Math.ceil(Math.log2(2 * drafts.length + 2));
    const entryWords = drafts.reduce((sum, { key }) => sum + wordsOf(key), 0);
    const buffer = new SharedArrayBuffer(4 * (headerWords + 2 * slots + entryWords));
    const words = new Int32Array(buffer);
    const octets = new Uint8Array(buffer);
    words.set([steeringMagic, generation, slots, this.notUp]);
    let at = headerWords + 2 * slots;
    for (const { hash, key, values } of drafts) {
      words[at] = key.length;
      words.set(values, at + 1);
      octets.set(key, 4 * (at + entryHeadWords));
      let slot = hash & (slots - 1);
      while (words[headerWords + 2 * slot + 1] !== 0) slot = (slot + 1) & (slots - 1);
      words[headerWords + 2 * slot] = hash;
      words[headerWords + 2 * slot + 1] = at;
      at += wordsOf(key);
    }
    return buffer;
  }

  /** Whether it is new. */
  private add(key: SteeringKey, values: readonly [number, number]): boolean {
    const octets = key.octets.slice(0, key.length);
    const text = Buffer.from(octets).toString('latin1');
    if (this.drafts.has(text)) return false;
    this.drafts.set(text, { hash: key.hash(), key: octets, values });
    return true;
  }
}

function wordsOf(key: Uint8Array): number {
  return entryHeadWords + ((key.length + 3) >>> 2);
}

/** A thread's window on one table. Nothing here allocates. */
export class SteeringTable {
  private readonly words: Int32Array;
  private readonly octets: Uint8Array;
  private readonly slotMask: number;

  constructor(buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer);
    this.octets = new Uint8Array(buffer);
    this.slotMask = (this.words[SteeringWord.slots] as number) - 1;
  }

  /** Differs from what it was whenever a state has changed, and between tables; for stamps of caches. */
  generation(): number {
    return Atomics.load(this.words, SteeringWord.generation);
  }

  /** The entry of this key; 0 for none. */
  find(key: SteeringKey): SteeringEntry {
    const { words, slotMask } = this;
    const hash = key.hash();
    for (let slot = hash & slotMask; ; slot = (slot + 1) & slotMask) {
      const entry = words[headerWords + 2 * slot + 1] as number;
      if (entry === 0) return 0;
      if (words[headerWords + 2 * slot] === hash && this.hasKey(entry, key)) return entry;
    }
  }

  stateOf(entry: SteeringEntry): TargetState {
    return Atomics.load(this.words, entry + 1) as TargetState;
  }

  /** Set a state, by the control plane; `publish` when all that change together are set. Whether it was another. */
  setState(entry: SteeringEntry, state: TargetState): boolean {
    const before = Atomics.exchange(this.words, entry + 1, state);
    const isUp = state === TargetState.up ? 1 : 0;
    const wasUp = before === TargetState.up ? 1 : 0;
    if (isUp !== wasUp) Atomics.add(this.words, SteeringWord.notUp, wasUp - isUp);
    return before !== state;
  }

  /** The target of this entry was the first of an answer. */
  countFirstChoice(entry: SteeringEntry): void {
    Atomics.add(this.words, entry + 2, 1);
  }

  /** Give each target that was first since this was last asked: the octets of its key, a character each, and how often. */
  takeFirstChoices(visit: (keyText: string, count: number) => void): void {
    const { words, octets } = this;
    for (let entry = headerWords + 2 * (this.slotMask + 1); entry < words.length; ) {
      const keyOctets = words[entry] as number;
      const key = 4 * (entry + entryHeadWords);
      if (octets[key] === SteeringKind.target && words[entry + 2] !== 0) {
        const text = Buffer.from(octets.slice(key, key + keyOctets)).toString('latin1');
        visit(text, Atomics.exchange(words, entry + 2, 0) >>> 0);
      }
      entry += entryHeadWords + ((keyOctets + 3) >>> 2);
    }
  }

  /** Whether no target and no address is anything but up: then nobody need look for each. */
  isAllUp(): boolean {
    return Atomics.load(this.words, SteeringWord.notUp) === 0;
  }

  /** After states have changed: answers kept before are out of date. */
  publish(): void {
    Atomics.add(this.words, SteeringWord.generation, 1);
  }

  orderOf(policy: SteeringEntry): SrvOrder {
    return (this.policyWord(policy) & 15) as SrvOrder;
  }

  reactionOf(policy: SteeringEntry): Reaction {
    return ((this.policyWord(policy) >>> 4) & 15) as Reaction;
  }

  isEmptyWhenAllDown(policy: SteeringEntry): boolean {
    return ((this.policyWord(policy) >>> 8) & 1) === 1;
  }

  prefixBits4Of(policy: SteeringEntry): number {
    return (this.policyWord(policy) >>> 9) & 63;
  }

  prefixBits6Of(policy: SteeringEntry): number {
    return (this.policyWord(policy) >>> 16) & 255;
  }

  /** Of a policy, or of a host. */
  degradedTtlOf(policy: SteeringEntry): number {
    return this.words[policy + 2] as number;
  }

  private policyWord(policy: SteeringEntry): number {
    return this.words[policy + 1] as number;
  }

  private hasKey(entry: SteeringEntry, key: SteeringKey): boolean {
    if (this.words[entry] !== key.length) return false;
    const at = 4 * (entry + entryHeadWords);
    for (let i = 0; i < key.length; i++) if (this.octets[at + i] !== octetAt(key.octets, i)) return false;
    return true;
  }
}
