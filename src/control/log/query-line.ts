/** The lines of the query log in BIND's words, so that the programs that read BIND's logs go on working. */
import { Outcome } from '../../answer/answerer.ts';
import { u16At } from '../../base/octets.ts';
import { LogFlag, LogKind, type QueryLogEntry } from '../../plane/log-record.ts';
import { formatAddress } from '../../plane/socket-address.ts';
import { classText, typeText } from '../../rr/mnemonics.ts';
import { formatName } from '../../wire/name.ts';
import type { LogSeverity } from './logging-config.ts';

export interface QueryLine {
  readonly category: string;
  readonly severity: LogSeverity;
  readonly message: string;
}

/** The line for an entry; `undefined` for a kind that has none. `object` is what stands after `client @`. */
export function formatQueryLine(entry: QueryLogEntry, object: string): QueryLine | undefined {
  const qname = formatLogName(entry.qname);
  const client = `client @${object} ${formatAddress(entry.client)}#${entry.clientPort} (${qname})`;
  const qclass = classText(entry.qclass);
  const qtype = typeText(entry.qtype);
  switch (entry.kind) {
    case LogKind.query: {
      const flags = formatFlags(entry.flags, entry.ednsVersion);
      const message = `${client}: query: ${qname} ${qclass} ${qtype} ${flags} (${formatAddress(entry.local)})${formatEcs(entry.ecs)}`;
      return { category: 'queries', severity: 'info', message };
    }
    case LogKind.queryError: {
      const message = `${client}: query failed (${failureText(entry)}) for ${qname}/${qclass}/${qtype}`;
      return { category: 'query-errors', severity: 'info', message };
    }
    case LogKind.denied:
      return {
        category: 'security',
        severity: 'info',
        message: `${client}: query '${qname}/${qtype}/${qclass}' denied`,
      };
    default:
      return undefined;
  }
}

/** A name as BIND logs it: case as asked, escaped as in zone files, no final dot but for the root. */
export function formatLogName(qname: Uint8Array): string {
  const text = formatName(qname);
  return text === '.' ? text : text.slice(0, -1);
}

/** `+SE(0)TDCV`, in BIND's fixed order. */
export function formatFlags(flags: number, ednsVersion: number): string {
  let text = (flags & LogFlag.recursionDesired) !== 0 ? '+' : '-';
  if ((flags & LogFlag.signed) !== 0) text += 'S';
  if ((flags & LogFlag.edns) !== 0) text += `E(${ednsVersion})`;
  if ((flags & LogFlag.tcp) !== 0) text += 'T';
  if ((flags & LogFlag.dnssecOk) !== 0) text += 'D';
  if ((flags & LogFlag.checkingDisabled) !== 0) text += 'C';
  if ((flags & LogFlag.cookieValid) !== 0) text += 'V';
  else if ((flags & LogFlag.cookiePresent) !== 0) text += 'K';
  return text;
}

/** BIND's word for the result; not always that of the RCODE. */
function failureText(entry: QueryLogEntry): string {
  if (entry.outcome === Outcome.zoneNotLoaded) return 'zone not loaded';
  return rcodeTexts[entry.rcode] ?? `RCODE${entry.rcode}`;
}

const rcodeTexts: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
  6: 'YXDOMAIN',
  9: 'NOTAUTH',
  16: 'BADVERS',
};

/** ` [ECS 203.0.113.0/24/0]`: the option's data is family, two prefix lengths and the octets of the address (RFC 7871 §6). */
function formatEcs(ecs: Uint8Array): string {
  if (ecs.length < 4) return '';
  const family = u16At(ecs, 0);
  const address = new Uint8Array(family === 2 ? 16 : 4);
  address.set(ecs.subarray(4, 4 + address.length));
  return ` [ECS ${formatAddress(address)}/${ecs[2]}/${ecs[3]}]`;
}
