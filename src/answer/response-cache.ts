/**
 * Responses kept as octets, one cache per thread: the answer algorithm stays plain, this makes it fast.
 *
 * The key is the question lower-cased, its type, the view, and of the request what changes the response: RD, EDNS, DO. A
 * response is kept only where nothing had to be left out, so that it is the response for every limit it fits in; then
 * the id, and the question in the case asked, are put in. Whatever else varies (NSID, ANY, transfers, a name made by
 * DNAME in the asker's case) is not kept.
 *
 * An entry carries the generations of the zone set and of each zone that it was made of. They are read before the zone's
 * version is taken, and a publication changes the version before the generation: an entry that is found current is the
 * answer of the version published last.
 *
 * Where answers to one question differ by policy (SRV order), the question has an entry that says in what they differ, and
 * each of the answers one of its own, found by its number. It is made again after a while, because what is drawn behind the
 * first record stays the same as long as the entry.
 *
 * Bounded whatever is asked: the eight slots of a set may hold a question, and a name is kept only when it is asked again
 * before eight others of its set, so that a flood of names that nobody asks twice passes by.
 */
import { copyOctets, lowerCase, octetAt } from '../base/octets.ts';
import type { SteeringTable } from '../plane/steering/steering-table.ts';
import type { ZoneReader, ZoneRef } from '../store/zone-reader.ts';
import { Class, Flag, headerOctets } from '../wire/codes.ts';
import type { Request } from '../wire/request.ts';
import type { AnswerVariant } from './steer/answer-variant.ts';
import { Variance } from './steer/answer-variant.ts';
import { findPart, mostParts } from './steer/drawn-parts.ts';
import { maxTouchedZones, type TouchedZones } from './touched-zones.ts';

const slotBits = 13;
const slotCount = 1 << slotBits;
/** Longer responses are seldom, and not kept. With the count: 8 MiB a thread, of which the system gives what is used. */
const slotOctets = 1024;
/**
 * Behind the response lies, of a question whose answers vary, how many parts a draw's range has and where all but the last end; or how many
 * turns there are; and its stamp. All is an odd number of cache lines, so that the first lines of the responses spread over the whole cache.
 */
const slotStride = slotOctets + 64;
/** Slots that may hold the same question: their hashes lie in half a cache line. Two would leave each tenth of 4,000 questions out. */
const waysMask = 7;

/** Words that describe a slot, beside its hash. */
const Word = {
  kind: 0,
  /** Of one of several answers the stamp of its question's entry, which stands for kind, view and name. */
  viewOrStamp: 1,
  octets: 2,
  /** And the RCODE, behind them. */
  qnameOctets: 3,
  /** What it gives first (plane/steering/first-choice.ts). */
  firstChoice: 4,
  zoneNumber: 5,
  setGeneration: 6,
  zones: 7,
  /** Whether not everybody may query its zones, `Variance`, and of `sticky` the bits of a client's network. */
  traits: 13,
  /** The generation of the steering table, 0 where the response doesn't depend on it. */
  steering: 14,
  /** The answer's number among those of its question, 0 for the one that says how they vary; how often it was used. */
  variant: 15,
} as const;
const descriptionWords = 16;

const rcodeShift = 8;
const qnameOctetsMask = 0xff;
/** Words of that line. */
const stampWord = mostParts;
/** Bits of `Word.traits`, and of `Word.variant`. */
const restrictedTrait = 1;
const wildcardTrait = 8;
const varianceShift = 1;
const prefixBits4Shift = 8;
const prefixBits6Shift = 16;
const usesShift = 16;
const variantMask = 0xffff;
/** After so many uses one of several answers is made anew, as what is drawn behind its first record is its own: seldom enough to cost a percent. */
const mostUses = 64;

export class ResponseCache {
  /** Of the entry found: for counters and logs. */
  rcode = 0;
  zoneNumber = -1;
  firstChoice = 0;
  /** Not everybody may query all of its zones (`zoneAt`): the caller looks whether this client may. */
  isRestricted = false;
  /** A wildcard stands for the name asked for: of the response found, and to be set for `keep`. */
  isFromWildcard = false;
  /** In what the answers to the question differ: then `findVariant` looks for one. */
  variance: Variance = Variance.none;
  prefixBits4 = 0;
  prefixBits6 = 0;

  private readonly reader: ZoneReader;
  private readonly octets = new Uint8Array(slotCount * slotStride);
  private readonly words = new Int32Array(this.octets.buffer);
  private readonly hashes = new Int32Array(slotCount);
  private readonly descriptions = new Int32Array(slotCount * descriptionWords);
  /** The hashes of the questions last missed, as many of each set as it has slots, and in each set the next to be forgotten. */
  private readonly missed = new Int32Array(slotCount);
  private readonly missedTurns = new Uint8Array(slotCount / (waysMask + 1));

  /** The question looked for, and the slot where it was found. */
  private readonly qname = new Uint8Array(256);
  private qnameOctets = 0;
  private kind = 0;
  private view = 0;
  private hash = 0;
  private variant = 0;
  private stamp = 0;
  private slot = -1;
  private turn = 0;
  private lastStamp = 0;
  private table: SteeringTable | undefined = undefined;
  /** A view in words of the buffer that responses are written into. */
  private outBuffer: ArrayBufferLike = noOctets.buffer;
  private outWords: Int32Array<ArrayBufferLike> = new Int32Array(0);

  constructor(reader: ZoneReader) {
    this.reader = reader;
  }

  /** Whether the request's response may be kept at all. */
  static isFor(request: Request): boolean {
    if (request.wantsNsid || request.wantsExpire || request.qclass !== Class.in) return false;
    // RFC 6895 §3.1: types 128 to 255 are questions of other kinds (ANY, transfers), whose answers depend on the transport.
    return (request.qtype & 0xff80) !== 0x80;
  }

  /** Look for a response of at most `limitOctets`. Then `write` writes it, or `keep` may keep the one made in its place. */
  find(request: Request, view: number, limitOctets: number): boolean {
    this.prepare(request, view);
    this.variance = Variance.none;
    if (!this.takeSlot(limitOctets)) return false;
    const traits = wordAt(this.descriptions, this.slot * descriptionWords + Word.traits);
    this.isRestricted = (traits & restrictedTrait) !== 0;
    this.isFromWildcard = (traits & wildcardTrait) !== 0;
    this.variance = ((traits >>> varianceShift) & 3) as Variance;
    this.prefixBits4 = (traits >>> prefixBits4Shift) & 0xff;
    this.prefixBits6 = (traits >>> prefixBits6Shift) & 0xff;
    return true;
  }

  /** The part of the range that a draw of 32 bits falls in, of the question found, of which the answers are drawn; -1 where there are too many. */
  partOf(draw: number): number {
    const at = this.partsAt(this.slot);
    return findPart(this.words, at + 1, wordAt(this.words, at), draw);
  }

  /** After so many turns the answers to the question found come again. */
  period(): number {
    return wordAt(this.words, this.partsAt(this.slot));
  }

  /** Another number each time for the question found, of which the answers differ by turns. */
  nextTurn(): number {
    const at = this.slot * descriptionWords + Word.variant;
    const turn = wordAt(this.descriptions, at) >>> usesShift;
    this.descriptions[at] = ((turn + 1) << usesShift) | (wordAt(this.descriptions, at) & variantMask);
    return turn;
  }

  /** Of the answers to the question found, look for the one with this number. */
  findVariant(number: number, limitOctets: number): boolean {
    this.variant = number;
    this.stamp = wordAt(this.words, this.partsAt(this.slot) + stampWord);
    this.hash = mixed(this.hash ^ Math.imul(number, 0x9e3779b1));
    if (!this.takeSlot(limitOctets)) return false;
    const at = this.slot * descriptionWords + Word.variant;
    const uses = wordAt(this.descriptions, at) >>> usesShift;
    this.descriptions[at] = ((uses + 1) << usesShift) | number;
    if (uses < mostUses) return true;
    this.descriptions[this.slot * descriptionWords + Word.octets] = 0;
    return false;
  }

  /** What answers depend on from now on. Those kept may depend on what was before. */
  steer(table: SteeringTable | undefined): void {
    this.table = table;
    this.clear();
  }

  /** Forget all responses. */
  clear(): void {
    for (let slot = 0; slot < slotCount; slot++) this.descriptions[slot * descriptionWords + Word.octets] = 0;
  }

  /** The zones that the response found was made of, at most `maxTouchedZones`; 0 behind the last one. */
  zoneAt(index: number): ZoneRef {
    return (wordAt(this.descriptions, this.slot * descriptionWords + Word.zones + 2 * index) * 2) as ZoneRef;
  }

  /** Write the response found to `out[offset]`, which has room for four octets more; returns its octets. */
  write(request: Request, out: Uint8Array, offset: number): number {
    const length = wordAt(this.descriptions, this.slot * descriptionWords + Word.octets);
    this.copyOut(out, offset, length);
    out[offset] = request.id >>> 8;
    out[offset + 1] = request.id;
    copyOctets(request.qname, 0, out, offset + headerOctets, request.qnameOctets);
    return length;
  }

  /**
   * Keep the response at `out[offset]`, made for the request last looked for of the versions of `zones`, if it is asked often
   * enough. The caller knows that nothing was left out of it. `variant`: what it is one of. `steering`: the generation that the
   * steering table had before the answer was made; 0 where the answer doesn't depend on it.
   */
  keep(
    out: Uint8Array,
    offset: number,
    length: number,
    rcode: number,
    zoneNumber: number,
    zones: TouchedZones,
    variant: AnswerVariant,
    steering: number,
  ): void {
    if (length > slotOctets || zones.isFull || zones.count === 0) return;
    // The question of several answers is known to be asked often.
    if (this.variant === 0 && !this.wasMissed()) return;
    const slot = this.slotFor();
    const { descriptions } = this;
    const at = slot * descriptionWords;
    this.hashes[slot] = this.hash;
    descriptions[at + Word.kind] = this.kind;
    descriptions[at + Word.viewOrStamp] = this.variant === 0 ? this.view : this.stamp;
    descriptions[at + Word.octets] = length;
    descriptions[at + Word.qnameOctets] = this.qnameOctets | (rcode << rcodeShift);
    descriptions[at + Word.firstChoice] = variant.firstChoice;
    descriptions[at + Word.zoneNumber] = zoneNumber;
    descriptions[at + Word.setGeneration] = zones.setGeneration;
    // Who may query a zone is part of the zone set: it can't change while the entry is current.
    descriptions[at + Word.traits] =
      (zones.isRestricted ? restrictedTrait : 0) |
      (this.isFromWildcard ? wildcardTrait : 0) |
      (variant.kind << varianceShift) |
      (variant.prefixBits4 << prefixBits4Shift) |
      (variant.prefixBits6 << prefixBits6Shift);
    descriptions[at + Word.steering] = steering;
    descriptions[at + Word.variant] = this.variant;
    for (let i = 0; i < maxTouchedZones; i++) {
      descriptions[at + Word.zones + 2 * i] = i < zones.count ? zones.packedZone(i) : 0;
      descriptions[at + Word.zones + 2 * i + 1] = i < zones.count ? zones.generation(i) : 0;
    }
    copyOctets(out, offset, this.octets, slot * slotStride, length);
    copyOctets(this.qname, 0, this.octets, slot * slotStride + headerOctets, this.qnameOctets);
    if (this.variant === 0 && variant.kind !== Variance.none) this.keepParts(this.partsAt(slot), variant);
  }

  private partsAt(slot: number): number {
    return (slot * slotStride + slotOctets) >>> 2;
  }

  private keepParts(at: number, variant: AnswerVariant): void {
    const { words } = this;
    const { ends, count } = variant.parts;
    words[at] = variant.kind === Variance.cyclic ? variant.period : count;
    for (let i = 0; i < count - 1; i++) words[at + 1 + i] = ends[i] as number;
    this.lastStamp = (this.lastStamp + 1) | 0;
    words[at + stampWord] = this.lastStamp;
  }

  private prepare(request: Request, view: number): void {
    const { qname } = this;
    const { qnameOctets } = request;
    const edns = request.hasEdns ? (request.dnssecOk ? 3 : 2) : 0;
    this.kind = (request.qtype << 3) | edns | ((request.flags & Flag.rd) !== 0 ? 4 : 0);
    let hash = this.kind ^ Math.imul(view, 0x9e3779b1);
    for (let i = 0; i < qnameOctets; i++) {
      const octet = octetAt(lowerCase, octetAt(request.qname, i));
      qname[i] = octet;
      hash = Math.imul(hash ^ octet, 0x01000193);
    }
    this.hash = mixed(hash);
    this.variant = 0;
    this.qnameOctets = qnameOctets;
    this.view = view;
  }

  /** Find the slot of the question and its variant. */
  private takeSlot(limitOctets: number): boolean {
    this.slot = -1;
    const slot = this.findSlot();
    if (slot < 0) return false;
    const at = slot * descriptionWords;
    if (wordAt(this.descriptions, at + Word.octets) > limitOctets) return false;
    this.slot = slot;
    this.rcode = wordAt(this.descriptions, at + Word.qnameOctets) >>> rcodeShift;
    this.firstChoice = wordAt(this.descriptions, at + Word.firstChoice);
    this.zoneNumber = wordAt(this.descriptions, at + Word.zoneNumber);
    return true;
  }

  /** Where the set begins that the question belongs to. */
  private firstSlot(): number {
    return this.hash & (slotCount - 1) & ~waysMask;
  }

  private findSlot(): number {
    const { hashes, hash } = this;
    const first = this.firstSlot();
    for (let slot = first; slot <= first + waysMask; slot++) {
      if (hashes[slot] === hash && this.isEntryAt(slot)) return slot;
    }
    return -1;
  }

  private isEntryAt(slot: number): boolean {
    const { descriptions, qnameOctets } = this;
    const at = slot * descriptionWords;
    const variant = wordAt(descriptions, at + Word.variant) & variantMask;
    if (variant !== this.variant) return false;
    if (variant !== 0) return wordAt(descriptions, at + Word.viewOrStamp) === this.stamp && this.isCurrent(at);
    if (wordAt(descriptions, at + Word.kind) !== this.kind) return false;
    if ((wordAt(descriptions, at + Word.qnameOctets) & qnameOctetsMask) !== qnameOctets) return false;
    if (wordAt(descriptions, at + Word.viewOrStamp) !== this.view || !this.isCurrent(at)) return false;
    const question = slot * slotStride + headerOctets;
    for (let i = 0; i < qnameOctets; i++) if (this.octets[question + i] !== this.qname[i]) return false;
    return true;
  }

  private isCurrent(at: number): boolean {
    const { descriptions, reader } = this;
    // A zone's place is only sure to be one while the set of zones is the same.
    if (wordAt(descriptions, at + Word.octets) === 0) return false;
    if (wordAt(descriptions, at + Word.setGeneration) !== reader.zoneSetGeneration()) return false;
    const steering = wordAt(descriptions, at + Word.steering);
    if (steering !== 0 && steering !== this.table?.generation()) return false;
    for (let i = 0; i < maxTouchedZones; i++) {
      const packed = wordAt(descriptions, at + Word.zones + 2 * i);
      if (packed === 0) return true;
      if (reader.zoneGeneration((packed * 2) as ZoneRef) !== wordAt(descriptions, at + Word.zones + 2 * i + 1))
        return false;
    }
    return true;
  }

  /** Whether the question was missed not long ago; it is from now on. */
  private wasMissed(): boolean {
    const { missed, missedTurns, hash } = this;
    const first = this.firstSlot();
    for (let i = first; i <= first + waysMask; i++) if (missed[i] === hash) return true;
    const set = first / (waysMask + 1);
    const turn = octetAt(missedTurns, set);
    missed[first + turn] = hash;
    missedTurns[set] = (turn + 1) & waysMask;
    return false;
  }

  /** Of the slots of the question's set the first that is not in use, else by turns. */
  private slotFor(): number {
    const first = this.firstSlot();
    for (let slot = first; slot <= first + waysMask; slot++) if (!this.isCurrent(slot * descriptionWords)) return slot;
    this.turn = (this.turn + 1) & waysMask;
    return first + this.turn;
  }

  private copyOut(out: Uint8Array, offset: number, length: number): void {
    const from = this.slot * slotStride;
    const start = out.byteOffset + offset;
    if ((start & 3) !== 0) {
      copyOctets(this.octets, from, out, offset, length);
      return;
    }
    if (out.buffer !== this.outBuffer) {
      this.outBuffer = out.buffer;
      this.outWords = new Int32Array(out.buffer, 0, out.buffer.byteLength >>> 2);
    }
    const { words, outWords } = this;
    const wordFrom = from >>> 2;
    const wordTo = start >>> 2;
    const wordCount = (length + 3) >>> 2;
    for (let i = 0; i < wordCount; i++) outWords[wordTo + i] = words[wordFrom + i] as number;
  }
}

const noOctets = new Uint8Array(0);

/** All bits of the hash in its lowest ones. */
function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return half ^ (half >>> 13);
}

function wordAt(words: Int32Array, index: number): number {
  return words[index] as number;
}
