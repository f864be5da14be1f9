/** A catalog zone (RFC 9432) as a master file. */
import { createHash } from 'node:crypto';
import { lowerCase, octetAt } from '../../base/octets.ts';
import { formatRdata } from '../../rr/rdata.ts';
import { Type } from '../../wire/codes.ts';
import { formatName, type WireName } from '../../wire/name.ts';

/** A zone to be listed. */
export interface ListedZone {
  readonly apex: WireName;
  /** Each at most 255 octets. */
  readonly groups: readonly string[];
}

const labelDigits = 32;

/**
 * The text of the catalog: the same for the same zones in any order. SOA and NS are RFC 9432's (§4): nobody resolves by them.
 * EXPIRE is long, because members outlive their catalog (§5.1).
 */
export function writeCatalog(serial: number, zones: readonly ListedZone[]): string {
  const lines = [
    '; Made by Ringzone of the zones that name this catalog (RFC 9432). Changes made here are lost.',
    `@ 0 IN SOA invalid. invalid. ${serial} 3600 600 2147483646 0`,
    '@ 0 IN NS invalid.',
    'version 0 IN TXT "2"',
  ];
  const nodes = zones.map(({ apex, groups }) => memberNode(memberLabel(apex), apex, groups));
  return `${[...lines, ...nodes.sort()].join('\n')}\n`;
}

/** The same text with another serial. */
export function withSerial(text: string, serial: number): string {
  return text.replace(/^(@ 0 IN SOA invalid\. invalid\. )\d+/m, `$1${serial}`);
}

function memberNode(label: string, apex: WireName, groups: readonly string[]): string {
  const texts = [...new Set(groups)].sort().map((group) => `\ngroup.${label}.zones 0 IN TXT ${quote(group)}`);
  return `${label}.zones 0 IN PTR ${formatName(apex)}${texts.join('')}`;
}

/** The serial of a text that `writeCatalog` has made; `undefined`: it is none. */
export function readCatalogSerial(text: string): number | undefined {
  const found = /^@ 0 IN SOA invalid\. invalid\. (\d+) /m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The label of a member's node: of its name alone, so that it stays over restarts and moves (§5.4: another one is a reset). */
export function memberLabel(apex: WireName): string {
  const name = apex.map((octet) => octetAt(lowerCase, octet));
  return createHash('sha256').update(name).digest('hex').slice(0, labelDigits);
}

function quote(text: string): string {
  const octets = Buffer.from(text);
  const rdata = Uint8Array.of(octets.length, ...octets);
  return formatRdata(Type.txt, rdata, 0, rdata.length);
}
