/** What a NAPTR record's service is, or was meant to be. */
import { editDistance } from '../../../base/edit-distance.ts';
import { enumFlags, enumTypes, type NaptrServiceRow, sipServices, straightServices } from './sip-services.ts';

export interface KnownService {
  readonly family: 'sip' | 'enum' | 'straight';
  /** As written, shown in messages. */
  readonly text: string;
  /** With which clients follow it, in lower case. */
  readonly flags: readonly string[];
  /** First labels of the SRV owner that each of its protocols leads to, where agreed on. */
  readonly labels: readonly string[];
}

export type ServiceVerdict =
  | { readonly kind: 'known'; readonly service: KnownService }
  | { readonly kind: 'misspelt'; readonly message: string; readonly hint: string }
  /** Of another application. */
  | { readonly kind: 'other' };

/** Verdicts that are kept: a zone has few services, in many records. */
const verdicts = new Map<string, ServiceVerdict>();
const mostVerdicts = 200;

export function judgeService(written: string): ServiceVerdict {
  const kept = verdicts.get(written);
  if (kept !== undefined) return kept;
  const made = makeVerdict(written);
  if (verdicts.size >= mostVerdicts) verdicts.clear();
  verdicts.set(written, made);
  return made;
}

function makeVerdict(written: string): ServiceVerdict {
  const wanted = written.toLowerCase();
  const sip = findRow(sipServices, wanted);
  if (sip !== undefined) return known('sip', written, [sip]);
  if (/^e2u[+:]/.test(wanted)) return judgeEnum(written, wanted);
  if (/^[^+]*\+e2u$/.test(wanted)) {
    const turned = `E2U+${written.slice(0, -4)}`;
    return misspelt(
      `"${written}" has the order of RFC 2916, which nobody reads any more`,
      `write "${turned}" (RFC 6116)`,
    );
  }
  return judgeStraight(written, wanted) ?? judgeNearSip(written, wanted);
}

function judgeEnum(written: string, wanted: string): ServiceVerdict {
  if (wanted.startsWith('e2u:')) {
    return misspelt(`"${written}" has a colon behind E2U`, `write "E2U+${written.slice(4)}" (RFC 6116)`);
  }
  for (const enumservice of wanted.slice(4).split('+')) {
    const [type = ''] = enumservice.split(':');
    if (isEnumType(type)) continue;
    const near = enumTypes.find((candidate) => editDistance(type, candidate) === 1);
    const hint = near === undefined ? 'IANA lists the enumservices; trials begin with x-' : `did you mean "${near}"?`;
    return misspelt(`"${type}" of "${written}" is no registered enumservice: clients pass over the record`, hint);
  }
  return { kind: 'known', service: { family: 'enum', text: written, flags: enumFlags, labels: [] } };
}

/** RFC 3761 §3.1.3 had the prefixes x- and p- for trials. */
function isEnumType(type: string): boolean {
  return enumTypes.includes(type) || /^[xp]-./.test(type);
}

/** One tag with its protocols, `RELAY:turn.udp:turn.tcp` (RFC 3958 §6.5); a tag alone leads to records with a protocol. */
function judgeStraight(written: string, wanted: string): ServiceVerdict | undefined {
  const [tag = '', ...protocols] = wanted.split(':');
  const rows = straightServices.filter(({ service }) => service.toLowerCase().split(':')[0] === tag);
  const [first] = rows;
  if (first === undefined) {
    const near = straightServices.find(({ service }) => isSlip(tag, (service.split(':')[0] as string).toLowerCase()));
    return near === undefined ? undefined : misspelt(`"${written}" is no service that phones ask for`, meant(near));
  }
  const found: NaptrServiceRow[] = protocols.length === 0 || rows.length === 1 ? [first] : [];
  if (rows.length === 1 || protocols.length === 0) return known('straight', written, found);
  for (const protocol of protocols) {
    const row = findRow(rows, `${tag}:${protocol}`);
    if (row === undefined) {
      const known = rows.map(({ service }) => service.split(':')[1]).join(', ');
      return misspelt(`"${protocol}" of "${written}" is no protocol of this service`, `its protocols are ${known}`);
    }
    found.push(row);
  }
  return known('straight', written, found);
}

/** Only SIP's own services have such names, so what is like them is one with a slip. */
function judgeNearSip(written: string, wanted: string): ServiceVerdict {
  const near = sipServices
    .map((row) => ({ row, distance: editDistance(wanted.slice(0, 40), row.service.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  if (wanted === 'sips+d2u') {
    return misspelt(
      `"${written}" is not in IANA's table: phones pass over the record (reSIProcate alone asks for it, for DTLS)`,
      'TLS runs over TCP: "SIPS+D2T"',
    );
  }
  const isMeant = near !== undefined && (near.distance <= 2 || /^sips?([+:_. -]|$)/.test(wanted));
  if (!isMeant) return { kind: 'other' };
  const words = sipServices.map(({ service }) => service).join(', ');
  return misspelt(
    `"${written}" is no service of SIP: phones pass over the record`,
    near.distance <= 2 ? meant(near.row) : `IANA's table has ${words}`,
  );
}

function isSlip(written: string, tag: string): boolean {
  return written.length > 3 && editDistance(written.slice(0, 40), tag) <= 1;
}

function meant({ service }: NaptrServiceRow): string {
  return `did you mean "${service}"?`;
}

function findRow(rows: readonly NaptrServiceRow[], wanted: string): NaptrServiceRow | undefined {
  return rows.find(({ service }) => service.toLowerCase() === wanted);
}

function known(family: KnownService['family'], text: string, rows: readonly NaptrServiceRow[]): ServiceVerdict {
  const labels = rows.flatMap((row) => row.labels ?? []);
  return { kind: 'known', service: { family, text, flags: rows[0]?.flags ?? [], labels } };
}

function misspelt(message: string, hint: string): ServiceVerdict {
  return { kind: 'misspelt', message, hint };
}
