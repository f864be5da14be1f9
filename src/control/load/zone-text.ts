/**
 * A zone as a master file for people: `$ORIGIN` and `$TTL`, records grouped by owner in canonical order, owners relative,
 * a TTL only where it is another one. Read again it gives the same zone.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { compareOctets, u16At } from '../../base/octets.ts';
import { classText, typeText } from '../../rr/mnemonics.ts';
import { formatRdata } from '../../rr/rdata.ts';
import type { NodeRef, RrsetRef, VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import { walkNodesInOrder } from '../../store/zone-walk.ts';
import { Type } from '../../wire/codes.ts';
import { asWireName, formatName } from '../../wire/name.ts';
import { visitSets } from './zone-records.ts';

/** Octets are written in pieces of about this many characters. */
const pieceCharacters = 65_536;
/** The thread does other work after so many owners. */
const ownersPerTurn = 2000;
const ownerColumn = 24;

/** Give the text to `write` in pieces. The version must stay current meanwhile; other work of this thread goes on between. */
export async function writeZoneText(
  reader: ZoneReader,
  version: VersionRef,
  write: (text: string) => void,
): Promise<void> {
  reader.renew();
  const nodes: NodeRef[] = [];
  walkNodesInOrder(reader, version, (node) => nodes.push(node));
  const printer = new ZonePrinter(reader, version, mostFrequentTtl(reader, nodes));
  let text = printer.head();
  for (const [index, node] of nodes.entries()) {
    if (index % ownersPerTurn === ownersPerTurn - 1) {
      await nextTurn();
      reader.renew();
    }
    text += printer.owner(node);
    if (text.length < pieceCharacters) continue;
    write(text);
    text = '';
  }
  write(text);
}

class ZonePrinter {
  private readonly reader: ZoneReader;
  private readonly apex: NodeRef;
  private readonly origin: Uint8Array;
  private readonly zoneClass: number;
  private readonly defaultTtl: number;

  constructor(reader: ZoneReader, version: VersionRef, defaultTtl: number) {
    this.reader = reader;
    this.apex = reader.apexNode(version);
    const at = reader.nodeOriginalNameOffset(this.apex);
    this.origin = reader.octets.slice(at, at + reader.nodeNameOctets(this.apex));
    this.zoneClass = reader.versionClass(version);
    this.defaultTtl = defaultTtl;
  }

  head(): string {
    return `$ORIGIN ${formatName(this.origin)}\n$TTL ${this.defaultTtl}\n`;
  }

  /** All records of a node; the SOA comes first. */
  owner(node: NodeRef): string {
    const { reader } = this;
    const lines: string[] = [];
    if (node === this.apex) {
      visitSets(reader, node, (set) => belongsToSoa(reader, set) && this.addSet(set, lines));
      visitSets(reader, node, (set) => belongsToSoa(reader, set) || this.addSet(set, lines));
    } else visitSets(reader, node, (set) => this.addSet(set, lines));
    if (lines.length === 0) return '';
    const owner = this.ownerText(node);
    return lines.map((line, index) => `${(index === 0 ? owner : '').padEnd(ownerColumn - 1)} ${line}\n`).join('');
  }

  private addSet(set: RrsetRef, lines: string[]): void {
    const { reader } = this;
    const { octets } = reader;
    const type = reader.rrsetType(set);
    const ttl = reader.rrsetTtl(set);
    const head = `${ttl === this.defaultTtl ? '' : `${ttl} `}${typeText(type)}`;
    const end = reader.rrsetDataOffset(set) + reader.rrsetDataOctets(set);
    for (let at = reader.rrsetDataOffset(set); at < end; at += 2 + u16At(octets, at)) {
      const data = formatRdata(type, octets, at + 2, u16At(octets, at));
      if (type === Type.soa) lines.push(`${ttl} ${classText(this.zoneClass)} SOA ${soaText(data)}`);
      else lines.push(data === '' ? head : `${head} ${data}`);
    }
  }

  /** Relative where the name ends as the origin is written; `@` for the origin itself. */
  private ownerText(node: NodeRef): string {
    const { octets } = this.reader;
    const at = this.reader.nodeOriginalNameOffset(node);
    const length = this.reader.nodeNameOctets(node);
    const surplus = length - this.origin.length;
    const isBelow = compareOctets(octets, at + surplus, this.origin.length, this.origin, 0, this.origin.length) === 0;
    if (!isBelow) return formatName(octets, at);
    if (surplus === 0) return '@';
    const relative = new Uint8Array(surplus + 1);
    relative.set(octets.subarray(at, at + surplus));
    return formatName(asWireName(relative)).slice(0, -1);
  }
}

function belongsToSoa(reader: ZoneReader, set: RrsetRef): boolean {
  return reader.rrsetType(set) === Type.soa || reader.rrsetCovered(set) === Type.soa;
}

/** The serial on a line of its own, where people look for it. Names in text hold no blanks. */
function soaText(data: string): string {
  const [mname, rname, ...numbers] = data.split(' ');
  const labels = ['serial', 'refresh', 'retry', 'expire', 'minimum'];
  const indent = ' '.repeat(ownerColumn + 8);
  const lines = numbers.map((number, index) => `${indent}${number.padEnd(10)} ; ${labels[index]}\n`);
  return `${mname} ${rname} (\n${lines.join('')}${indent})`;
}

function mostFrequentTtl(reader: ZoneReader, nodes: readonly NodeRef[]): number {
  const counts = new Map<number, number>();
  for (const node of nodes) {
    visitSets(reader, node, (set) => counts.set(reader.rrsetTtl(set), (counts.get(reader.rrsetTtl(set)) ?? 0) + 1));
  }
  let most = 0;
  let ttl = 3600;
  for (const [candidate, count] of counts) {
    if (count <= most) continue;
    most = count;
    ttl = candidate;
  }
  return ttl;
}
