/** The names of a zone and the types at each: what is to be asked. */
import { u16At } from '../../../base/octets.ts';
import { Type } from '../../../wire/codes.ts';
import type { WireName } from '../../../wire/name.ts';
import type { ParsedRecord } from '../../../zonefile/record-sink.ts';
import { lowerLetters } from './letters.ts';

/** An owner, or a name above one that has no records of its own. */
export interface ZoneName {
  /** As the zone has it; octets in wire format as a latin-1 string. */
  readonly name: string;
  readonly types: readonly number[];
  /** Whether other names stand below it. */
  readonly hasChildren: boolean;
}

interface GatheredName extends ZoneName {
  readonly types: number[];
  hasChildren: boolean;
}

/** Gathers records in any order. A name costs about 200 octets, a record mostly none. */
export class ZoneNames {
  readonly apex: WireName;
  readonly apexKey: string;
  /** The SOA's, in the order of the records the last one's; `undefined` before there is one. */
  serial: number | undefined;
  records = 0;
  private readonly names = new Map<string, GatheredName>();
  private latestOwner = '';
  private latest: GatheredName | undefined;

  constructor(apex: WireName) {
    this.apex = apex;
    this.apexKey = lowerLetters(Buffer.from(apex).toString('latin1'));
  }

  addRecord({ owner, ownerOctets, type, rdata, rdataOctets }: ParsedRecord): void {
    this.records++;
    if (type === Type.soa && rdataOctets > 20) {
      this.serial = u16At(rdata, rdataOctets - 20) * 65_536 + u16At(rdata, rdataOctets - 18);
    }
    const text = Buffer.from(owner.buffer, owner.byteOffset, ownerOctets).toString('latin1');
    const name = text === this.latestOwner && this.latest !== undefined ? this.latest : this.find(text);
    this.latestOwner = text;
    this.latest = name;
    if (!name.types.includes(type)) name.types.push(type);
  }

  get size(): number {
    return this.names.size;
  }

  get(key: string): ZoneName | undefined {
    return this.names.get(key);
  }

  entries(): Iterable<readonly [string, ZoneName]> {
    return this.names;
  }

  /** Names above it up to the apex are entered with it. */
  private find(text: string): GatheredName {
    const key = lowerLetters(text);
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const made: GatheredName = { name: text, types: [], hasChildren: false };
    this.names.set(key, made);
    if (key !== this.apexKey && key.length > this.apexKey.length) {
      this.find(text.slice(1 + text.charCodeAt(0))).hasChildren = true;
    }
    return made;
  }
}

/** A zone of which nothing is known but that it is there. */
export function apexOnly(apex: WireName): ZoneNames {
  const names = new ZoneNames(apex);
  for (const type of [Type.soa, Type.ns, Type.mx, Type.a, Type.aaaa, Type.txt, Type.naptr, Type.dnskey]) {
    names.addRecord({
      owner: apex,
      ownerOctets: apex.length,
      type,
      class: 0,
      ttlSeconds: 0,
      rdata: apex,
      rdataOctets: 0,
    });
  }
  return names;
}
