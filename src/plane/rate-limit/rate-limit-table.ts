/**
 * How much each network has been answered lately, in memory that all workers share: a spoofed flood comes to all of them, and a limit that
 * each kept for itself would be several. Of fixed size, whatever is asked; no locks; the time is given.
 *
 * An account is a bucket of tokens: filled with the responses of one second, it gains as many each second and loses one for each response,
 * also those that are held back, down to what a window would give. It is kept as a single point in time, at which the bucket was, or will
 * be, empty; so one compare-and-exchange is a whole debit.
 *
 *     words 0..15   when the responses counted for `qps-scale` began (seconds), how many they are, how many a second there were; seed; spare
 *     accounts      of four words each: tag, time at which it is empty, state, spare; four beside each other may hold the same key
 *
 * Times are counted in 1/64 ms, modulo 2^32 (18 hours); the state has the second of the last use, which tells a time of today from one of
 * long ago. Where no account of the four is free, the one with the most tokens makes room: to forget a full bucket is to forget nothing,
 * and a network that is limited is the last to be forgotten, so a flood from ever new networks cannot wash it out.
 */
import { assert } from '../../base/assert.ts';

const headerWords = 16;
const Header = { qpsSecond: 0, qpsCount: 1, qps: 2, seed: 3 } as const;
const accountWords = 4;
const Word = { tag: 0, emptyAt: 1, state: 2 } as const;
/** Of one set: a line of the processor's cache, which is what looking for an account costs. */
const ways = 4;
const unitsPerMs = 64;
const unitsPerSecond = 1000 * unitsPerMs;

/** Bits of the state: how many responses were held back since the last that slipped, whether that is told of, the second of the last use. */
const slipMask = 15;
const toldBit = 16;
const secondShift = 8;

/** Twice a compare-and-exchange has been in vain, a debit is lost: nobody waits here. */
const maxTries = 3;

/** Make a table for `entries` accounts, or a few more. `seed`: two random words, so that nobody can choose who shares a set with whom. */
export function createRateLimitTable(entries: number, seed: Int32Array): SharedArrayBuffer {
  const sets = Math.ceil(entries / ways);
  assert(sets >= 1, 'a table of rate limits has accounts');
  const table = new SharedArrayBuffer(4 * (headerWords + sets * ways * accountWords));
  new Int32Array(table).set(seed.subarray(0, 2), Header.seed);
  return table;
}

/** The accounts of a table made for so many; for who asks whether another table is needed. */
export function accountsOf(table: SharedArrayBuffer): number {
  return (table.byteLength / 4 - headerWords) / accountWords;
}

export class RateLimitTable {
  /** The account last debited. */
  account = 0;
  /** What the two halves of keys begin with. */
  readonly seed: number;
  readonly secondSeed: number;
  private readonly words: Int32Array;
  private readonly sets: number;
  private nowUnits = 0;
  private nowSecond = 0;

  constructor(table: SharedArrayBuffer) {
    this.words = new Int32Array(table);
    this.sets = accountsOf(table) / ways;
    this.seed = this.words[Header.seed] as number;
    this.secondSeed = this.words[Header.seed + 1] as number;
  }

  /** Whether the other is a window on the same memory, which each message between threads makes a new object of: their chance is the same. */
  isSameAs({ seed, secondSeed }: RateLimitTable): boolean {
    return this.seed === seed && this.secondSeed === secondSeed;
  }

  /** Milliseconds since 1970, for all that follows. */
  setTime(nowMs: number): void {
    this.nowUnits = (nowMs * unitsPerMs) | 0;
    this.nowSecond = Math.floor(nowMs / 1000) & 0xffffff;
  }

  /**
   * Take a token from the account of the key (64 bits, well mixed, in two halves; `tag` is not 0). False where there was none. `account`
   * is that account from then on.
   */
  debit(place: number, tag: number, perSecond: number, windowSeconds: number): boolean {
    const { words, nowUnits } = this;
    const at = this.find(place, tag, windowSeconds);
    this.account = at;
    const cost = Math.floor(unitsPerSecond / perSecond);
    const full = cost * perSecond;
    for (let i = 0; i < maxTries; i++) {
      const before = words[at + Word.emptyAt] as number;
      // Both as far from now, so that the modulus doesn't matter.
      const spent = Math.max((before - nowUnits) | 0, -full) + cost;
      const after = (nowUnits + Math.min(spent, windowSeconds * unitsPerSecond)) | 0;
      if (Atomics.compareExchange(words, at + Word.emptyAt, before, after) !== before) continue;
      // A full bucket forgets what was held back.
      if (spent <= cost - full) this.setState(at, (words[at + Word.state] as number) & toldBit);
      else this.setState(at, (words[at + Word.state] as number) & (toldBit | slipMask));
      return spent <= 0;
    }
    return true;
  }

  /** Whether of the responses held back from the account this one is the one in `slip` that is sent empty: the first, and so on. */
  slips(account: number, slip: number): boolean {
    if (slip === 0) return false;
    const { words } = this;
    const state = words[account + Word.state] as number;
    const count = state & slipMask;
    words[account + Word.state] = (state & ~slipMask) | (count + 1 >= slip ? 0 : count + 1);
    return count === 0;
  }

  /** Whether the limiting of the account has been told of; it is from now on. */
  wasTold(account: number): boolean {
    const { words } = this;
    const state = words[account + Word.state] as number;
    if ((state & toldBit) !== 0) return true;
    // Of several workers one tells.
    return Atomics.compareExchange(words, account + Word.state, state, state | toldBit) !== state;
  }

  /** The tag of an account, to see later whether it is still the same. */
  tagOf(account: number): number {
    return this.words[account + Word.tag] as number;
  }

  /** Whether the account has not been used for so long, and has tokens. */
  isOver(account: number, quietSeconds: number): boolean {
    const { words } = this;
    if (secondsSince(words[account + Word.state] as number, this.nowSecond) < quietSeconds) return false;
    return (((words[account + Word.emptyAt] as number) - this.nowUnits) | 0) <= 0;
  }

  /** What begins from now on is to be told of again. */
  forgetTold(account: number): void {
    Atomics.and(this.words, account + Word.state, ~toldBit);
  }

  /** Count a response, and say how many there are in a second, by the last window; 0 in the first second. */
  countResponse(windowSeconds: number): number {
    const { words, nowSecond } = this;
    const count = Atomics.add(words, Header.qpsCount, 1) + 1;
    const began = words[Header.qpsSecond] as number;
    const seconds = ((nowSecond - began) << 8) >> 8;
    if (seconds <= 0 && seconds > -windowSeconds) return words[Header.qps] as number;
    if (seconds > 0 && seconds < windowSeconds) return Math.max(count / seconds, words[Header.qps] as number);
    // A window is over, or the clock has jumped: one worker begins another.
    if (Atomics.compareExchange(words, Header.qpsSecond, began, nowSecond) === began) {
      words[Header.qps] = seconds > 0 && seconds < 2 * windowSeconds ? Math.round(count / seconds) : 0;
      Atomics.store(words, Header.qpsCount, 0);
    }
    return words[Header.qps] as number;
  }

  /** Use the account of the key without a debit: see `has`. */
  touch(place: number, tag: number, windowSeconds: number): void {
    this.setState(this.find(place, tag, windowSeconds), 0);
  }

  /** Whether the account of the key was used within the window, without a trace of having looked. */
  has(place: number, tag: number, windowSeconds: number): boolean {
    const first = this.firstOf(place);
    for (let at = first; at < first + ways * accountWords; at += accountWords) {
      if (this.words[at + Word.tag] !== tag) continue;
      const seconds = secondsSince(this.words[at + Word.state] as number, this.nowSecond);
      return seconds >= 0 && seconds <= windowSeconds;
    }
    return false;
  }

  private setState(at: number, bits: number): void {
    this.words[at + Word.state] = bits | (this.nowSecond << secondShift);
  }

  private firstOf(place: number): number {
    return headerWords + Math.floor(((place >>> 0) / 0x1_0000_0000) * this.sets) * (ways * accountWords);
  }

  /** The account of the key; where there is none, one that is as if it had never been used. */
  private find(place: number, tag: number, windowSeconds: number): number {
    const { words } = this;
    const first = this.firstOf(place);
    for (let at = first; at < first + ways * accountWords; at += accountWords) {
      if (words[at + Word.tag] !== tag) continue;
      if (this.isStale(at, windowSeconds)) this.fill(at);
      return at;
    }
    const at = this.leastNeeded(first, windowSeconds);
    words[at + Word.tag] = tag;
    words[at + Word.state] = 0;
    this.fill(at);
    return at;
  }

  private leastNeeded(first: number, windowSeconds: number): number {
    const { words, nowUnits } = this;
    let found = first;
    let least = 0x7fffffff;
    for (let at = first; at < first + ways * accountWords; at += accountWords) {
      if (this.isStale(at, windowSeconds)) return at;
      const spent = ((words[at + Word.emptyAt] as number) - nowUnits) | 0;
      if (spent >= least) continue;
      least = spent;
      found = at;
    }
    return found;
  }

  /** Not used for a window (so it is full again), or in a time that is still to come: the clock has been set back. */
  private isStale(at: number, windowSeconds: number): boolean {
    const seconds = secondsSince(this.words[at + Word.state] as number, this.nowSecond);
    return seconds > windowSeconds || seconds < -windowSeconds;
  }

  private fill(at: number): void {
    Atomics.store(this.words, at + Word.emptyAt, (this.nowUnits - unitsPerSecond) | 0);
  }
}

/** From the last use in `state` to now; in 24 bits, which are half a year. */
function secondsSince(state: number, nowSecond: number): number {
  return ((nowSecond - (state >>> secondShift)) << 8) >> 8;
}
