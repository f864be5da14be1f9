/** The lines of the query log in BIND's words, so that the programs that read BIND's logs go on working. */
import { Outcome } from '../../answer/answerer.ts';
import { copyOctets, octetAt, u16At } from '../../base/octets.ts';
import { LogFlag, LogKind } from '../../plane/log-record.ts';
import type { StoredLogRecord } from '../../plane/log-stored-record.ts';
import { classText, typeText } from '../../rr/mnemonics.ts';
import { formatTsigError } from '../../tsig/tsig-record.ts';
import { octetsOf, putAddress, putDecimal, putName, putOctets, putText } from './line-parts.ts';
import type { LogSeverity } from './logging-config.ts';
import { isTransferKind, putTransfer } from './transfer-line.ts';

/**
 * Room that a message may take: the names of question and key twice with each octet escaped (4 × 1,016), three addresses (3 × 39), a
 * text of 255, and less than 200 for the rest.
 */
export const maxQueryMessageOctets = 4864;

/** Category and severity of the lines of a kind. */
export const queryLogLines: Readonly<Record<number, { readonly category: string; readonly severity: LogSeverity }>> = {
  [LogKind.query]: { category: 'queries', severity: 'info' },
  [LogKind.queryError]: { category: 'query-errors', severity: 'info' },
  [LogKind.denied]: { category: 'security', severity: 'info' },
  [LogKind.badSignature]: { category: 'security', severity: 'error' },
  [LogKind.transferDenied]: { category: 'security', severity: 'error' },
  [LogKind.transferDebug]: { category: 'xfer-out', severity: 'debug' },
  [LogKind.transferInfo]: { category: 'xfer-out', severity: 'info' },
  [LogKind.transferWarning]: { category: 'xfer-out', severity: 'warning' },
  [LogKind.transferError]: { category: 'xfer-out', severity: 'error' },
  [LogKind.transferNotAuth]: { category: 'xfer-out', severity: 'info' },
};

/**
 * Put the message of a record, of a kind that has a category, at `out[at]`. Returns its end. `client` is `clientPart(object)`.
 */
export function putQueryMessage(out: Uint8Array, at: number, record: StoredLogRecord, client: Uint8Array): number {
  const { octets } = record;
  let to = putOctets(out, at, client);
  to = putAddress(out, to, octets, record.clientOffset, record.family);
  out[to] = hash;
  to = putDecimal(out, to + 1, record.clientPort);
  if (record.kind === LogKind.badSignature) return putBadSignature(out, to, record);
  if (record.keyNameOctets > 0) to = putName(out, putOctets(out, to, keyMark), octets, record.keyNameOffset);
  const nameAt = putOctets(out, to, openName);
  const nameEnd = putName(out, nameAt, octets, record.qnameOffset);
  const nameOctets = nameEnd - nameAt;
  if (isTransferKind(record.kind)) return putTransfer(out, nameEnd, nameAt, nameOctets, record);
  switch (record.kind) {
    case LogKind.query:
      to = putOctets(out, nameEnd, query);
      copyOctets(out, nameAt, out, to, nameOctets);
      return putQuestion(out, to + nameOctets, record);
    case LogKind.queryError:
      to = putOctets(out, nameEnd, failed);
      to = putText(out, to, failureText(record));
      to = putOctets(out, to, failedFor);
      copyOctets(out, nameAt, out, to, nameOctets);
      return putText(out, to + nameOctets, `/${classText(record.qclass)}/${typeText(record.qtype)}`);
    default:
      to = putOctets(out, nameEnd, record.kind === LogKind.transferDenied ? quotedTransfer : quoted);
      copyOctets(out, nameAt, out, to, nameOctets);
      return putText(out, to + nameOctets, `/${typeText(record.qtype)}/${classText(record.qclass)}' denied`);
  }
}

/** `client @0x7f… `. `object` stands for the address of BIND's client object. */
export function clientPart(object: string): Uint8Array {
  return octetsOf(`client @${object} `);
}

const hash = 0x23;
const closing = 0x29;
const openName = octetsOf(' (');
const query = octetsOf('): query: ');
const failed = octetsOf('): query failed (');
const failedFor = octetsOf(') for ');
const quoted = octetsOf("): query '");
const quotedTransfer = octetsOf("): zone transfer '");
const keyMark = octetsOf('/key ');
const invalidSignature = octetsOf(': request has invalid signature: TSIG ');

function putBadSignature(out: Uint8Array, at: number, record: StoredLogRecord): number {
  const to = putName(out, putOctets(out, at, invalidSignature), record.octets, record.keyNameOffset);
  return putText(out, to, `: tsig verify failure (${formatTsigError(record.tsigError)})`);
}

/** ` IN A +E(0)K (127.0.0.1)`, behind the name. */
function putQuestion(out: Uint8Array, at: number, record: StoredLogRecord): number {
  let to = putClassAndType(out, at, record.qclass, record.qtype);
  to = putFlags(out, to, record.flags, record.ednsVersion);
  to = putAddress(out, to, record.octets, record.localOffset, record.family);
  out[to++] = closing;
  return record.ecsOctets < 4 ? to : putEcs(out, to, record);
}

const inClass = 1;

function putClassAndType(out: Uint8Array, at: number, qclass: number, qtype: number): number {
  if (qclass !== inClass || qtype > 255) return putText(out, at, ` ${classText(qclass)} ${typeText(qtype)}`);
  let octets = inTypes[qtype];
  if (octets === undefined) {
    octets = octetsOf(` IN ${typeText(qtype)}`);
    inTypes[qtype] = octets;
  }
  return putOctets(out, at, octets);
}

/** ` IN A` by type, as they come. */
const inTypes: (Uint8Array | undefined)[] = Array.from({ length: 256 }, () => undefined);

function putFlags(out: Uint8Array, at: number, flags: number, ednsVersion: number): number {
  if (ednsVersion !== 0) return putText(out, at, ` ${formatFlags(flags, ednsVersion)} (`);
  return putOctets(out, at, flagOctets[flags & 255] as Uint8Array);
}

/** `+SE(0)TDCV`, in BIND's fixed order. */
function formatFlags(flags: number, ednsVersion: number): string {
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

/** ` +E(0)K (` by the flags up to `cookiePresent`; the others are not shown. */
const flagOctets: readonly Uint8Array[] = Array.from({ length: 256 }, (_, flags) =>
  octetsOf(` ${formatFlags(flags, 0)} (`),
);

/** BIND's word for the result; not always that of the RCODE. */
function failureText(record: StoredLogRecord): string {
  if (record.outcome === Outcome.zoneNotLoaded) return 'zone not loaded';
  return rcodeTexts[record.rcode] ?? `RCODE${record.rcode}`;
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

const ecsAddress = new Uint8Array(16);

/** ` [ECS 203.0.113.0/24/0]`: the option's data is family, two prefix lengths and the octets of the address (RFC 7871 §6). */
function putEcs(out: Uint8Array, at: number, record: StoredLogRecord): number {
  const { octets, ecsOffset, ecsOctets } = record;
  const family = u16At(octets, ecsOffset) === 2 ? 6 : 4;
  ecsAddress.fill(0);
  copyOctets(octets, ecsOffset + 4, ecsAddress, 0, Math.min(16, ecsOctets - 4));
  const to = putAddress(out, putText(out, at, ' [ECS '), ecsAddress, 0, family);
  return putText(out, to, `/${octetAt(octets, ecsOffset + 2)}/${octetAt(octets, ecsOffset + 3)}]`);
}
