/** Whether a zone that comes signed is whole: signatures, the chain of NSEC or NSEC3, and its price. */
import { maxNsec3Iterations } from '../../base/limits.ts';
import { octetAt, u16At } from '../../base/octets.ts';
import { typeText } from '../../rr/mnemonics.ts';
import { Type } from '../../wire/codes.ts';
import { nameText, type WireName } from '../../wire/name.ts';
import { NodeFlag, type NodeRef, type RrsetRef } from '../zone-reader.ts';
import type { CheckContext } from './check-context.ts';
import { forEachRdata } from './checked-zone.ts';
import { ContentProblem } from './codes.ts';

/** Gathers over the walk and reports once: a zone with a stale signature run would else fill pages. */
export class SigningCheck {
  private readonly context: CheckContext;
  readonly isSigned: boolean;
  private nsecCount = 0;
  private nsec3Count = 0;
  private unsignedSets = 0;
  private firstUnsigned: { owner: WireName; type: number } | undefined;

  constructor(context: CheckContext) {
    this.context = context;
    const { reader, apexNode } = context.zone;
    this.isSigned = reader.findRrset(apexNode, Type.dnskey) !== 0;
  }

  /** Take an authoritative node; at a cut only NSEC and DS are the zone's own (RFC 4035 §2.2). */
  visit(node: NodeRef): void {
    const { reader } = this.context.zone;
    const atCut = (reader.nodeFlags(node) & NodeFlag.zoneCut) !== 0;
    if ((reader.nodeFlags(node) & NodeFlag.hashedOwner) !== 0) this.checkHashedOwner(node);
    let next: RrsetRef;
    for (let set = reader.firstRrset(node); set !== 0; set = next) {
      next = reader.nextRrset(node, set);
      const type = reader.rrsetType(set);
      if (type === Type.nsec) this.nsecCount++;
      else if (type === Type.nsec3) this.nsec3Count++;
      if (!this.isSigned || type === Type.rrsig) continue;
      if (atCut && type !== Type.ds && type !== Type.nsec) continue;
      // The signatures of a set stand right behind it.
      if (next === 0 || reader.rrsetCovered(next) !== type) this.noteUnsigned(node, type);
    }
  }

  report(): void {
    this.reportParameters();
    if (!this.isSigned) return;
    this.reportUnsigned();
    const { list, zone } = this.context;
    if (this.nsecCount > 0 || this.nsec3Count > 0 || this.findParameters() !== 0) return;
    list.add(
      ContentProblem.nsec3ChainMissing,
      { owner: zone.apex, type: Type.dnskey },
      `${nameText(zone.apex)} has a DNSKEY, but neither NSEC nor NSEC3 records: it can't prove what does not exist`,
      'sign the zone (dnssec-signzone) and load the signed file, or remove the DNSKEY',
    );
  }

  /** RFC 5155 §3: the first label is the hash of a name, in base32hex. */
  private checkHashedOwner(node: NodeRef): void {
    const { zone, list } = this.context;
    const { reader } = zone;
    if (isBase32hex(reader.octets, reader.nodeNameOffset(node)) || reader.findRrset(node, Type.nsec3) === 0) return;
    const owner = zone.owner(node);
    list.add(
      ContentProblem.nsec3Owner,
      { owner, type: Type.nsec3 },
      `${nameText(owner)} has an NSEC3 record, but its first label is no hash`,
      'only a signer makes NSEC3 records (dnssec-signzone, ldns-signzone); sign the zone again',
    );
  }

  private noteUnsigned(node: NodeRef, type: number): void {
    this.unsignedSets++;
    this.firstUnsigned ??= { owner: this.context.zone.owner(node), type };
  }

  private findParameters(): RrsetRef {
    const { reader, apexNode } = this.context.zone;
    return reader.findRrset(apexNode, Type.nsec3param);
  }

  private reportParameters(): void {
    const set = this.findParameters();
    if (set === 0) return;
    const { list, zone } = this.context;
    const { octets } = zone.reader;
    const place = { owner: zone.apex, type: Type.nsec3param };
    let known = 0;
    forEachRdata(zone.reader, set, (offset, length) => {
      if (octetAt(octets, offset) !== sha1) return;
      known++;
      this.reportIterations(u16At(octets, offset + 2), octets.slice(offset, offset + length));
    });
    if (known === 0) {
      list.add(
        ContentProblem.nsec3Algorithm,
        place,
        'NSEC3PARAM names a hash algorithm that nobody knows',
        'the one that exists is 1, SHA-1 (RFC 5155 §11); sign the zone again with it',
      );
    } else if (this.nsec3Count === 0) {
      list.add(
        ContentProblem.nsec3ChainMissing,
        place,
        `${nameText(zone.apex)} has NSEC3PARAM, but no NSEC3 records`,
        'sign the zone and load the signed file, or remove the NSEC3PARAM',
      );
    }
  }

  private reportIterations(iterations: number, rdata: Uint8Array): void {
    if (iterations <= validatorsLimit) return;
    const { list, zone } = this.context;
    const isOver = iterations > maxNsec3Iterations;
    list.add(
      isOver ? ContentProblem.nsec3Iterations : ContentProblem.nsec3IterationsHigh,
      { owner: zone.apex, type: Type.nsec3param, rdata, part: 'data' },
      `NSEC3PARAM asks for ${iterations} iterations; ${
        isOver
          ? `this server takes at most ${maxNsec3Iterations}`
          : `validators treat more than ${validatorsLimit} as unsigned`
      }`,
      'sign the zone again with 0 iterations (RFC 9276 §3.1)',
    );
  }

  private reportUnsigned(): void {
    const first = this.firstUnsigned;
    if (first === undefined) return;
    const { list, zone } = this.context;
    const subject = `${nameText(first.owner)} ${typeText(first.type)}`;
    const message =
      this.unsignedSets === 1
        ? `the zone has a DNSKEY, but ${subject} has no RRSIG: validators will refuse it`
        : `the zone has a DNSKEY, but ${this.unsignedSets} sets have no RRSIG, for example ${subject}: validators will refuse them`;
    const place = { owner: zone.apex, type: Type.dnskey };
    list.add(ContentProblem.unsigned, place, message, 'sign the zone again, and load the signed file');
  }
}

/** RFC 5155 §11. */
const sha1 = 1;
/** BIND, Unbound and others since 2021; RFC 9276 §3.2 lets them go lower still. */
const validatorsLimit = 150;

/** Whether the label at `octets[at]`, lower-cased, is octets in base32hex without padding (RFC 4648 §7). */
function isBase32hex(octets: Uint8Array, at: number): boolean {
  const length = octetAt(octets, at);
  // A last group of one, three or six digits ends inside of an octet.
  if (length === 0 || [1, 3, 6].includes(length % 8)) return false;
  for (let i = at + 1; i <= at + length; i++) {
    const octet = octetAt(octets, i);
    const isDigit = octet >= 0x30 && octet <= 0x39;
    if (!isDigit && (octet < 0x61 || octet > 0x76)) return false;
  }
  return true;
}
