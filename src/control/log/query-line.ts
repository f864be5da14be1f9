/** The lines of the query log in BIND's words, so that the programs that read BIND's logs go on working. */
import { Outcome } from '../../answer/outcome.ts';
import { copyOctets, octetAt, u16At } from '../../base/octets.ts';
import { LogFlag, LogKind } from '../../plane/rings/log-record.ts';
import type { StoredLogRecord } from '../../plane/rings/log-stored-record.ts';
import { classText, typeText } from '../../rr/mnemonics.ts';
import { formatTsigError } from '../../tsig/tsig-record.ts';
import { Type } from '../../wire/codes.ts';
import { rcodeText } from '../../wire/rcode-text.ts';
import { isLimitKind, putLimit } from './limit-line.ts';
import { octetsOf, putAddress, putDecimal, putName, putOctets, putText } from './line-parts.ts';
import type { LogSeverity } from './logging-config.ts';
import { isTransferKind, putTransfer } from './transfer-line.ts';

/**
 * Room that a message may take: the names of question and key twice with each octet escaped (4 × 1,016), three addresses (3 × 39), a
 * text of 255, a view's name of 128, and less than 200 for the rest.
 */
export const maxQueryMessageOctets = 4864;

/** Category and severity of the lines of a kind. */
export const queryLogLines: Readonly<Record<number, { readonly category: string; readonly severity: LogSeverity }>> = {
  [LogKind.query]: { category: 'queries', severity: 'info' },
  [LogKind.queryError]: { category: 'query-errors', severity: 'info' },
  [LogKind.queryErrorDebug]: { category: 'query-errors', severity: 'debug 1' },
  [LogKind.queryErrorTrace]: { category: 'query-errors', severity: 'debug 3' },
  [LogKind.response]: { category: 'responses', severity: 'info' },
  [LogKind.denied]: { category: 'security', severity: 'info' },
  [LogKind.badSignature]: { category: 'security', severity: 'error' },
  [LogKind.transferDenied]: { category: 'security', severity: 'error' },
  [LogKind.transferDebug]: { category: 'xfer-out', severity: 'debug' },
  [LogKind.transferInfo]: { category: 'xfer-out', severity: 'info' },
  [LogKind.transferWarning]: { category: 'xfer-out', severity: 'warning' },
  [LogKind.transferError]: { category: 'xfer-out', severity: 'error' },
  [LogKind.transferNotAuth]: { category: 'xfer-out', severity: 'info' },
  [LogKind.transferMalformed]: { category: 'xfer-out', severity: 'info' },
  [LogKind.noView]: { category: 'client', severity: 'debug' },
  [LogKind.rateLimit]: { category: 'rate-limit', severity: 'info' },
  [LogKind.rateLimited]: { category: 'rate-limit', severity: 'info' },
  [LogKind.rateLimitedError]: { category: 'query-errors', severity: 'info' },
  [LogKind.rateLimitedErrorDebug]: { category: 'query-errors', severity: 'debug 1' },
};

/**
 * Put the message of a record, of a kind that has a category, at `out[at]`. Returns its end. `client` is `clientPart(object)`,
 * `views` is `viewParts(names)`.
 */
export function putQueryMessage(
  out: Uint8Array,
  at: number,
  record: StoredLogRecord,
  client: Uint8Array,
  views: readonly Uint8Array[] = [],
): number {
  const { octets } = record;
  // Of a network, not of one client.
  if (record.kind === LogKind.rateLimit) return putLimit(out, at, record, failureText(record));
  let to = putOctets(out, at, client);
  to = putAddress(out, to, octets, record.clientOffset, record.family);
  out[to] = hash;
  to = putDecimal(out, to + 1, record.clientPort);
  if (record.kind === LogKind.noView)
    return putText(out, to, `: no matching view in class '${classText(record.qclass)}'`);
  const view = views[record.view] ?? noView;
  if (record.kind === LogKind.badSignature) return putBadSignature(out, putOctets(out, to, view), record);
  if (record.keyNameOctets > 0) to = putName(out, putOctets(out, to, keyMark), octets, record.keyNameOffset);
  const nameAt = putOctets(out, to, openName);
  const nameEnd = putName(out, nameAt, octets, record.qnameOffset);
  const nameOctets = nameEnd - nameAt;
  out[nameEnd] = closing;
  const textAt = putOctets(out, nameEnd + 1, view);
  if (isLimitKind(record.kind)) return putLimit(out, putText(out, textAt, ': '), record, failureText(record));
  if (isTransferKind(record.kind)) return putTransfer(out, textAt, nameAt, nameOctets, record);
  switch (record.kind) {
    case LogKind.query:
      to = putOctets(out, textAt, query);
      copyOctets(out, nameAt, out, to, nameOctets);
      return putQuestion(out, to + nameOctets, record);
    case LogKind.response:
      to = putOctets(out, textAt, response);
      copyOctets(out, nameAt, out, to, nameOctets);
      to = putClassAndType(out, to + nameOctets, record.qclass, record.qtype);
      return putAsked(out, putResult(out, to, record), record);
    case LogKind.queryError:
    case LogKind.queryErrorDebug:
    case LogKind.queryErrorTrace:
      to = putOctets(out, textAt, failed);
      to = putText(out, to, failureText(record));
      to = putOctets(out, to, failedFor);
      copyOctets(out, nameAt, out, to, nameOctets);
      return putText(out, to + nameOctets, `/${classText(record.qclass)}/${typeText(record.qtype)}`);
    case LogKind.transferMalformed:
      return putText(out, textAt, malformedText(record.qtype));
    default:
      to = putOctets(out, textAt, record.kind === LogKind.transferDenied ? quotedTransfer : quoted);
      copyOctets(out, nameAt, out, to, nameOctets);
      return putText(out, to + nameOctets, `/${typeText(record.qtype)}/${classText(record.qclass)}' denied`);
  }
}

/** `client @0x7f… `. `object` stands for the address of BIND's client object. */
export function clientPart(object: string): Uint8Array {
  return octetsOf(`client @${object} `);
}

/** `: view inside` by the view's number; nothing for the default view, which lines don't show (BIND). */
export function viewParts(names: readonly string[] = []): readonly Uint8Array[] {
  return names.map((name, number) => (number === 0 ? noView : octetsOf(`: view ${name}`)));
}

const noView = octetsOf('');
const hash = 0x23;
const closing = 0x29;
const openName = octetsOf(' (');
const blank = 0x20;
const query = octetsOf(': query: ');
const response = octetsOf(': response: ');
const failed = octetsOf(': query failed (');
const failedFor = octetsOf(') for ');
const quoted = octetsOf(": query '");
const quotedTransfer = octetsOf(": zone transfer '");
const keyMark = octetsOf('/key ');
const invalidSignature = octetsOf(': request has invalid signature: TSIG ');

function malformedText(qtype: number): string {
  const reason = qtype === Type.axfr ? 'attempted AXFR over UDP' : 'IXFR request missing SOA';
  return `: bad zone transfer request: ${reason} (FORMERR)`;
}

function putBadSignature(out: Uint8Array, at: number, record: StoredLogRecord): number {
  const to = putName(out, putOctets(out, at, invalidSignature), record.octets, record.keyNameOffset);
  return putText(out, to, `: tsig verify failure (${formatTsigError(record.tsigError)})`);
}

/** ` IN A +E(0)K (127.0.0.1)`, behind the name. */
function putQuestion(out: Uint8Array, at: number, record: StoredLogRecord): number {
  return putAsked(out, putClassAndType(out, at, record.qclass, record.qtype), record);
}

/** ` NOERROR 1 1 2`: the counts of answer, authority and additional section. As BIND 9.20 has them. */
function putResult(out: Uint8Array, at: number, record: StoredLogRecord): number {
  let to = putText(out, at, ` ${rcodeText(record.rcode)}`);
  for (let section = 0; section < 3; section++) {
    out[to] = blank;
    to = putDecimal(out, to + 1, u16At(record.octets, record.textOffset + 2 * section));
  }
  return to;
}

/** ` +E(0)K (127.0.0.1)`, and the client's subnet. */
function putAsked(out: Uint8Array, at: number, record: StoredLogRecord): number {
  let to = at;
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
