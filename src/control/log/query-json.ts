/** The line of a worker's record as a JSON object: what it tells as members, and BIND's line as `msg`. */
import { octetAt } from '../../base/octets.ts';
import { LogFlag, LogKind } from '../../plane/rings/log-record.ts';
import type { StoredLogRecord } from '../../plane/rings/log-stored-record.ts';
import { SrvOrder } from '../../plane/steering/steering-policy.ts';
import { classText, typeText } from '../../rr/mnemonics.ts';
import { Type } from '../../wire/codes.ts';
import { rcodeText } from '../../wire/rcode-text.ts';
import { octetsOf, putAddress, putDecimal, putName, putOctets } from './line-parts.ts';
import { formatFlags, maxQueryMessageOctets, putQueryMessage } from './query-line.ts';

/** Room that an object may take behind its head: each octet of the message escaped, three names escaped twice, less than 640 for the rest. */
export const maxQueryJsonOctets = 2 * maxQueryMessageOctets + 6 * 1016 + 640;

/**
 * Put the members and the closing brace at `out[at]`, behind the head (formatJsonHead) of a record whose kind has a category. Returns its
 * end. `client` is `clientPart(object)`, `views` is `viewParts(viewNames)`.
 */
export function putQueryJson(
  out: Uint8Array,
  at: number,
  record: StoredLogRecord,
  client: Uint8Array,
  views: readonly Uint8Array[],
  viewNames: readonly string[],
): number {
  const { octets } = record;
  let to = putAddress(out, putOctets(out, at, clientMember), octets, record.clientOffset, record.family);
  to = putDecimal(out, putOctets(out, to, portMember), record.clientPort);
  // A signature is looked at before the question; without a view there may be none.
  const hasQuestion = record.kind !== LogKind.badSignature && record.kind !== LogKind.noView;
  if (hasQuestion) to = putQuestion(out, to, record, viewNames);
  if (record.keyNameOctets > 0) to = putString(out, putOctets(out, to, keyMember), octets, record.keyNameOffset);
  to = putOctets(out, to, messageMember);
  out[to] = quote;
  to = endString(out, to + 1, putQueryMessage(out, to + 1, record, client, views));
  out[to] = closingBrace;
  return to + 1;
}

function putQuestion(out: Uint8Array, at: number, record: StoredLogRecord, viewNames: readonly string[]): number {
  const nameAt = putOctets(out, at, qnameMember);
  const to = putString(out, nameAt, record.octets, record.qnameOffset);
  const end = putOctets(out, to, questionOctets(record, viewNames));
  return record.kind === LogKind.query && record.qtype === Type.srv ? putSrv(out, end, record) : end;
}

/** What a call depends on: the first target, why it is the first, and whether the client could take the whole answer. */
function putSrv(out: Uint8Array, at: number, record: StoredLogRecord): number {
  const { flags, octets } = record;
  let to = at;
  if (record.textOctets > 0) to = putString(out, putOctets(out, to, targetMember), octets, record.textOffset);
  return putOctets(out, to, srvMembers[srvBitsOf(flags)] as Uint8Array);
}

function srvBitsOf(flags: number): number {
  // LogFlag.srvOrder is the lowest of its bits.
  const order = Math.min((flags >>> 10) & 7, orderWords.length - 1);
  const degraded = (flags & LogFlag.degraded) === 0 ? 0 : 1;
  const edns = (flags & LogFlag.edns) === 0 ? 0 : 1;
  const truncated = (flags & LogFlag.truncated) === 0 ? 0 : 1;
  return order * 8 + degraded * 4 + edns * 2 + truncated;
}

/** By their numbers. */
const orderWords = Object.entries(SrvOrder)
  .toSorted(([, a], [, b]) => a - b)
  .map(([word]) => word);

/** By `srvBitsOf`. */
const srvMembers = orderWords.flatMap((order) =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => {
    const members = { order, degraded: (bits & 4) !== 0, edns: (bits & 2) !== 0, truncated: (bits & 1) !== 0 };
    return octetsOf(`,${JSON.stringify(members).slice(1, -1)}`);
  }),
);

/** The members that are the same for many questions, kept by what makes them. */
function questionOctets(record: StoredLogRecord, viewNames: readonly string[]): Uint8Array {
  const { qclass, qtype, flags, ednsVersion, rcode, view, kind } = record;
  const shown = flags & shownFlags;
  const key = ((qclass * 65_536 + qtype) * 512 + shown) * 16 + (rcode & 15);
  const hasRcode = rcodeKinds.includes(kind);
  const isCommon = rcode < 16 && ednsVersion === 0 && view === defaultView && hasRcode;
  const kept = isCommon ? questions.get(key) : undefined;
  if (kept !== undefined) return kept;
  const made = octetsOf(
    `,${JSON.stringify({
      qclass: classText(qclass),
      qtype: typeText(qtype),
      flags: formatFlags(flags, ednsVersion),
      view: view === defaultView ? undefined : viewNames[view],
      rcode: hasRcode ? rcodeText(rcode) : undefined,
    }).slice(1, -1)}`,
  );
  if (isCommon && questions.size < maxQuestions) questions.set(key, made);
  return made;
}

/** Those that `formatFlags` shows. */
const shownFlags =
  LogFlag.recursionDesired |
  LogFlag.signed |
  LogFlag.edns |
  LogFlag.tcp |
  LogFlag.dnssecOk |
  LogFlag.checkingDisabled |
  LogFlag.cookieValid |
  LogFlag.cookiePresent;

const questions = new Map<number, Uint8Array>();
/** 2 MB at most, however many types a client invents. */
const maxQuestions = 10_000;

/** Its number: logs don't name it. */
const defaultView = 0;

/** A transfer tells of itself in words. */
const rcodeKinds: readonly number[] = [
  LogKind.query,
  LogKind.response,
  LogKind.queryError,
  LogKind.queryErrorDebug,
  LogKind.queryErrorTrace,
  LogKind.denied,
];

const clientMember = octetsOf('"client":"');
const portMember = octetsOf('","port":');
const qnameMember = octetsOf(',"qname":');
const targetMember = octetsOf(',"target":');
const keyMember = octetsOf(',"key":');
const messageMember = octetsOf(',"msg":');
const quote = 0x22;
const backslash = 0x5c;
const closingBrace = 0x7d;

/** Put the wire-format name at `octets[offset]` as a JSON string. */
function putString(out: Uint8Array, at: number, octets: Uint8Array, offset: number): number {
  out[at] = quote;
  return endString(out, at + 1, putName(out, at + 1, octets, offset));
}

/** Escape what stands from `start` to `end`, printable ASCII all of it, and put the closing quote. Returns where that ends. */
function endString(out: Uint8Array, start: number, end: number): number {
  let extra = 0;
  for (let i = start; i < end; i++) if (isSpecial(octetAt(out, i))) extra++;
  // From behind, until nothing before needs to move.
  for (let from = end, to = end + extra; from < to; ) {
    const octet = octetAt(out, --from);
    out[--to] = octet;
    if (isSpecial(octet)) out[--to] = backslash;
  }
  out[end + extra] = quote;
  return end + extra + 1;
}

function isSpecial(octet: number): boolean {
  return octet === quote || octet === backslash;
}
