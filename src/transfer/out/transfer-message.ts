/**
 * Writes one message of a transfer after the other: header, question (in the first), as many records as fit, OPT.
 *
 * Owners come one by one, each for all the records that follow it. They are not looked for in a table: an owner points at its own
 * first record, at the owner before where it lies below that one, or at the apex, which is every owner's end. Names in RDATA,
 * of the few types where they may be compressed, are looked for. All in the case in which the zone has them, because a secondary
 * keeps it.
 */
import { octetAt } from '../../base/octets.ts';
import { compressibleNameCount, compressiblePrefixOctets } from '../../rr/answer-rules.ts';
import { endOfRrsets, rrsetHeaderOctets } from '../../store/image/node-layout.ts';
import { headerOctets, Type } from '../../wire/codes.ts';
import { maxPointer } from '../../wire/name-table.ts';
import { copyLoosely, copyRun, isSameRun, looseOctets, type Octets, octetsOf } from './copy-run.ts';
import { ExactNames, maxPointers } from './exact-names.ts';

/** What all messages of a transfer share, and the question, which its first one has besides. */
export interface TransferHead {
  readonly id: number;
  /** The second 16 bits of the header. */
  readonly flags: number;
  /** QNAME as it was asked, QTYPE, QCLASS. RFC 5936 §2.2.1: the first message has it, later ones may do without. */
  readonly question: Uint8Array;
  /** The OPT record, or nothing; RFC 9103 §6.3.4: to who has sent one, in each message. */
  readonly opt: Uint8Array;
  /** Of all records. */
  readonly class: number;
  /** The apex in the case in which the zone writes it. */
  readonly apex: Uint8Array;
}

/** A record of a node: its set, and where its RDLENGTH stands. */
export interface RecordPlace {
  rrset: number;
  recordAt: number;
}

export class TransferMessage {
  /** Records in this message. */
  recordCount = 0;
  private readonly head: TransferHead;
  private readonly question: Octets;
  private readonly opt: Octets;
  private readonly apex: Octets;
  private readonly apexOctets: number;
  private readonly names = new ExactNames();
  /** What is written to; the message is `[start, at)`. */
  private target: Octets = nothing;
  private out: DataView = nothing.view;
  private start = 0;
  private at = 0;
  /** The first octet that must not be written. */
  private end = 0;
  private isFirst = true;
  private readonly optOctets: number;
  /** Where the apex stands in this message, in its own case; -1 where it doesn't. */
  private apexPosition = -1;
  private isApexKnown = false;

  /** The owner of the records to come, and where it stands in this message; -1 where it doesn't. */
  private owner: Octets = nothing;
  private ownerAt = 0;
  private ownerOctets = 0;
  private ownerPosition = -1;
  /** How it was written: octets before a pointer, and pointers that a reader follows. */
  private ownOctets = 0;
  private pointers = 0;
  private isOwnerKnown = false;
  /** Whether it is known to end in the apex, in the same case. */
  private endsInApex = false;
  /** The owner written before it. */
  private lastOwner: Octets = nothing;
  private lastOwnerAt = 0;
  private lastOwnerOctets = 0;
  private lastOwnerPosition = -1;
  private lastPointers = 0;

  /** The type of the record before, and how its data is compressed. */
  private type = -1;
  private prefixOctets = 0;
  private nameCount = 0;

  constructor(head: TransferHead) {
    this.head = head;
    this.question = octetsOf(head.question);
    this.opt = octetsOf(head.opt);
    this.optOctets = head.opt.length;
    this.apex = octetsOf(head.apex);
    this.apexOctets = head.apex.length;
  }

  /** Begin a message at `octets[start]` of at most `limitOctets`. Some of the octets behind it may be overwritten, and `looseOctets` there stay unused. */
  begin(octets: Uint8Array, start: number, limitOctets: number): void {
    const { question, apex, apexOctets } = this;
    if (octets !== this.target.octets) {
      this.target = octetsOf(octets);
      this.out = this.target.view;
    }
    this.start = start;
    this.at = start + headerOctets;
    this.recordCount = 0;
    this.names.clear();
    this.apexPosition = -1;
    this.isApexKnown = false;
    this.ownerPosition = -1;
    this.isOwnerKnown = false;
    this.lastOwnerPosition = -1;
    if (this.isFirst) {
      copyRun(question.view, 0, this.out, this.at, question.octets.length);
      this.at += question.octets.length;
      // The root is its own octet and never pointed at.
      if (apexOctets > 1 && isSameRun(question.view, 0, apex.view, 0, apexOctets)) this.apexPosition = headerOctets;
    }
    this.limit(limitOctets);
  }

  /** Set the most octets that this message may have. */
  limit(limitOctets: number): void {
    const end = Math.min(this.start + limitOctets, this.target.octets.length - looseOctets);
    this.end = end - this.optOctets;
  }

  /**
   * Take the valid uncompressed name at `offset` of the source as owner of the records to come. It must stay there until the owner after
   * the next one is set. Behind it stands at least what is fixed of a record. `endsInApex`: known to, in the apex's case.
   */
  setOwner(source: Octets, offset: number, octets: number, endsInApex = false): void {
    this.endsInApex = endsInApex;
    if (this.ownerPosition >= 0) {
      this.lastOwner = this.owner;
      this.lastOwnerAt = this.ownerAt;
      this.lastOwnerOctets = this.ownerOctets;
      this.lastOwnerPosition = this.ownerPosition;
      this.lastPointers = this.pointers;
    }
    this.owner = source;
    this.ownerAt = offset;
    this.ownerOctets = octets;
    this.ownerPosition = -1;
    this.isOwnerKnown = false;
  }

  /** Whether the owner of the records to come is this name, in this case. */
  isOwner({ view }: Octets, offset: number, octets: number): boolean {
    return octets === this.ownerOctets && isSameRun(this.owner.view, this.ownerAt, view, offset, octets);
  }

  /**
   * Write records of the owner, as many as fit even without compression, from those that stand in the source from `from` to `end`, each
   * RDLENGTH and RDATA with its names uncompressed. Returns where the first one stands that was not written, or `end`.
   */
  putRecords(type: number, ttlSeconds: number, source: Octets, from: number, end: number): number {
    const { view } = source;
    const { out } = this;
    if (type !== this.type) this.takeType(type);
    const typeAndClass = (type << 16) | this.head.class;
    // The most that a record takes beside its data.
    const headOctets = fixedOctets + this.ownerOctets;
    const { nameCount, end: limit } = this;
    let at = from;
    let to = this.at;
    let count = 0;
    for (let rdataOctets = 0; at < end; at += 2 + rdataOctets) {
      rdataOctets = view.getUint16(at);
      if (to + headOctets + rdataOctets > limit) break;
      to = this.ownerPosition >= 0 ? this.putPointer(to, this.ownerPosition) : this.putNewOwner(to);
      out.setUint32(to, typeAndClass);
      out.setUint32(to + 4, ttlSeconds);
      if (nameCount === 0) {
        copyRun(view, at, out, to + 8, 2 + rdataOctets);
        to += fixedOctets + rdataOctets;
      } else {
        to = this.putCompressed(source, at + 2, rdataOctets, to + fixedOctets);
      }
      count++;
    }
    this.at = to;
    this.recordCount += count;
    return at;
  }

  /**
   * Write all records of a node of the zone's image, whose owner is set, as many as fit, but for the SOA, which stands first and last
   * alone. False where there was no room for one; then `place` is where to go on.
   *
   * The same as `putRecords` for one set after the other, for which most of a transfer's time would go into calls: what the sets
   * share stays in variables, and only data with names is left to it.
   */
  putRrsets(source: Octets, place: RecordPlace): boolean {
    const { view } = source;
    const { out, end: limit, head } = this;
    const headOctets = fixedOctets - lengthOctets + this.ownerOctets;
    const looseEnd = source.octets.length - looseOctets;
    let { at: to, ownerPosition } = this;
    let { rrset, recordAt: at } = place;
    let count = 0;
    for (let type = view.getUint16(rrset); type !== endOfRrsets; type = view.getUint16(rrset)) {
      const ttlSeconds = view.getUint32(rrset + 2);
      const end = rrset + rrsetHeaderOctets + view.getUint32(rrset + 10);
      if (type !== this.type) this.takeType(type);
      if (type === Type.soa) {
        at = end;
      } else if (this.nameCount > 0 || end > looseEnd) {
        this.at = to;
        at = this.putRecords(type, ttlSeconds, source, at, end);
        to = this.at;
        ownerPosition = this.ownerPosition;
      } else {
        const typeAndClass = (type << 16) | head.class;
        while (at < end) {
          const octets = lengthOctets + view.getUint16(at);
          if (to + headOctets + octets > limit) break;
          if (ownerPosition >= 0) {
            out.setUint16(to, pointerBits | ownerPosition);
            to += 2;
          } else {
            to = this.putNewOwner(to);
            ownerPosition = this.ownerPosition;
          }
          out.setUint32(to, typeAndClass);
          out.setUint32(to + 4, ttlSeconds);
          copyLoosely(view, at, out, to + 8, octets);
          to += 8 + octets;
          at += octets;
          count++;
        }
      }
      if (at < end) break;
      rrset = end;
      at = end + rrsetHeaderOctets;
    }
    this.at = to;
    this.recordCount += count;
    place.rrset = rrset;
    place.recordAt = at;
    return view.getUint16(rrset) === endOfRrsets;
  }

  /** Write header and OPT; returns the message's octets. */
  finish(): number {
    const { out, start, head, optOctets } = this;
    copyRun(this.opt.view, 0, out, this.at, optOctets);
    this.at += optOctets;
    out.setUint16(start, head.id);
    out.setUint16(start + 2, head.flags);
    out.setUint16(start + 4, this.isFirst ? 1 : 0);
    out.setUint16(start + 6, this.recordCount);
    out.setUint16(start + 8, 0);
    out.setUint16(start + 10, optOctets > 0 ? 1 : 0);
    this.isFirst = false;
    return this.at - start;
  }

  private takeType(type: number): void {
    this.type = type;
    this.prefixOctets = compressiblePrefixOctets(type);
    this.nameCount = compressibleNameCount(type);
  }

  /** Write the owner for the first time in this message, or again where none can point at it. Returns the offset behind it, as all of these do. */
  private putNewOwner(to: number): number {
    const { out, ownerOctets, lastOwnerOctets } = this;
    const position = to - this.start;
    let own = ownerOctets - lastOwnerOctets;
    let target = this.lastOwnerPosition;
    let pointers = this.lastPointers + 1;
    if (own <= 0 || target < 0 || !this.isBelowLastOwner(own)) {
      own = ownerOctets - this.apexOctets;
      target = this.apexPosition;
      pointers = 1;
      if (!this.endsInApex && !this.hasApex(own)) target = -1;
      else if (target < 0 && position + own <= maxPointer) this.apexPosition = position + own;
      if (target < 0) {
        own = ownerOctets;
        pointers = 0;
      }
    }
    copyLoosely(this.owner.view, this.ownerAt, out, to, own);
    this.ownOctets = own;
    this.pointers = pointers;
    // Nothing points at a pointer: the apex as owner stands where it stood.
    const ownPosition = own === 0 ? target : position;
    // The root is its own octet and never pointed at.
    if (ownPosition <= maxPointer && ownerOctets > 1) this.ownerPosition = ownPosition;
    if (target < 0) return to + own;
    out.setUint16(to + own, pointerBits | target);
    return to + own + 2;
  }

  /** Whether the owner ends in the apex behind so many octets. */
  private hasApex(labelOctets: number): boolean {
    const { owner, ownerAt, apex, apexOctets } = this;
    return apexOctets > 1 && isSameRun(owner.view, ownerAt + labelOctets, apex.view, 0, apexOctets);
  }

  /** Whether the owner before is the end of this one behind so many octets, longer than the apex, and can be pointed at. */
  private isBelowLastOwner(surplus: number): boolean {
    const { owner, ownerAt, lastOwner, lastOwnerAt, lastOwnerOctets } = this;
    if (lastOwnerOctets <= this.apexOctets || this.lastPointers >= maxPointers) return false;
    if (!isSameRun(owner.view, ownerAt + surplus, lastOwner.view, lastOwnerAt, lastOwnerOctets)) return false;
    // The octets of a label can look like labels themselves.
    let label = 0;
    while (label < surplus) label += 1 + octetAt(owner.octets, ownerAt + label);
    return label === surplus;
  }

  private putPointer(to: number, position: number): number {
    this.out.setUint16(to, pointerBits | position);
    return to + 2;
  }

  /** Write RDATA at `to`, and its length before it. */
  private putCompressed(source: Octets, rdataAt: number, rdataOctets: number, to: number): number {
    const { out, names, prefixOctets } = this;
    if (!this.isOwnerKnown) this.learnOwner();
    copyRun(source.view, rdataAt, out, to, prefixOctets);
    let from = rdataAt + prefixOctets;
    let at = to + prefixOctets;
    for (let i = 0; i < this.nameCount; i++) {
      at = this.putName(source, from, at);
      from += names.nameOctets;
    }
    const rest = rdataAt + rdataOctets - from;
    copyRun(source.view, from, out, at, rest);
    out.setUint16(to - 2, at + rest - to);
    return at + rest;
  }

  private putName({ octets, view }: Octets, offset: number, to: number): number {
    const { out, names, start } = this;
    const pointer = names.find(this.target.octets, start, octets, offset);
    copyRun(view, offset, out, to, names.ownOctets);
    names.add(to - start, names.ownOctets, names.pointerCount);
    const at = to + names.ownOctets;
    if (pointer >= 0) return this.putPointer(at, pointer);
    out.setUint8(at, 0);
    return at + 1;
  }

  /** Enter apex and owner: names in the data are often at or below them. */
  private learnOwner(): void {
    const { names, start, apex, owner } = this;
    const { octets } = this.target;
    this.isOwnerKnown = true;
    if (!this.isApexKnown && this.apexPosition >= 0) {
      this.isApexKnown = true;
      names.find(octets, start, apex.octets, 0);
      names.add(this.apexPosition, this.apexOctets - 1, 0);
    }
    if (this.ownerPosition < 0 || this.ownerPosition === this.apexPosition) return;
    names.find(octets, start, owner.octets, this.ownerAt);
    names.add(this.ownerPosition, this.ownOctets, this.pointers);
  }
}

const nothing = octetsOf(new Uint8Array(0));
/** TYPE, CLASS, TTL, RDLENGTH. */
const fixedOctets = 10;
/** RDLENGTH alone. */
const lengthOctets = 2;
const pointerBits = 0xc000;
