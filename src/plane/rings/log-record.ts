/**
 * One record of the query log, as a worker writes it and as the logger reads it.
 *
 *     offset  octets
 *          0       4  length of the record, a multiple of 8
 *          4       4  kind
 *          8       8  time, milliseconds since 1970, float64
 *         16      16  the client's address (IPv4: the first 4)
 *         32      16  the local address that was asked
 *         48       2  the client's port
 *         50       2  the local port
 *         52       4  flags
 *         56       2  qtype
 *         58       2  qclass
 *         60       2  view
 *         62       2  family: 4 or 6
 *         64       1  rcode        65  1  outcome       66  1  EDNS version   67  1  octets of ECS
 *         68       2  qname octets 70  2  octets of the response (0: none sent)
 *         72       4  zone number, 0xffffffff for none
 *         76       2  octets of the key's name (0: none)      78  1  TSIG error   79  1  octets of text
 *         80       …  qname in wire format, case as asked; the data of the client-subnet option (RFC 7871); the name of the
 *                     TSIG key in wire format, as the client wrote it; text
 */
import { maxNameOctets } from '../../base/limits.ts';
import type { StoredLogRecord } from './log-stored-record.ts';
import type { LogViews } from './log-views.ts';

/** What a record tells of. */
export const LogKind = {
  /** A question (category `queries`). */
  query: 1,
  /** A question that got an error (category `query-errors`). */
  queryError: 2,
  /** A question refused by access control (category `security`). */
  denied: 3,
  /** A response that a rate limit holds back (category `rate-limit`); its text is that of rate-limit/limit-text.ts. */
  rateLimited: 4,
  /** A request whose TSIG is not right (category `security`). */
  badSignature: 5,
  /** A transfer refused by access control (category `security`). */
  transferDenied: 6,
  /** What a transfer to a client says in its text (category `xfer-out`), by its severity. */
  transferDebug: 7,
  transferInfo: 8,
  transferWarning: 9,
  transferError: 10,
  /** A transfer was asked for of what is no zone here (category `xfer-out`). */
  transferNotAuth: 11,
  /** A message that no view is for (category `client`). */
  noView: 12,
  /** A transfer question that is none: AXFR over UDP, IXFR without a SOA (category `xfer-out`). */
  transferMalformed: 13,
  /** What a question got (category `responses`). */
  response: 14,
  /** As `queryError`, while questions are not logged: a failure of ours, and what the client is to blame for. */
  queryErrorDebug: 15,
  queryErrorTrace: 16,
  /** An error that a rate limit holds back (category `query-errors`), while questions are logged and while they are not. */
  rateLimitedError: 17,
  rateLimitedErrorDebug: 18,
  /** A rate limit begins, goes on, or ends (category `rate-limit`). The client is one of the network's. */
  rateLimit: 19,
} as const;

/** What BIND shows after the type: `+SE(0)TDCK`. */
export const LogFlag = {
  recursionDesired: 1,
  signed: 2,
  edns: 4,
  tcp: 8,
  dnssecOk: 16,
  checkingDisabled: 32,
  cookieValid: 64,
  cookiePresent: 128,
  truncated: 256,
  /** The answer's first SRV are under a policy, and not all of their targets are up. */
  degraded: 512,
  /** Three bits: their `SrvOrder`. */
  srvOrder: 1024,
} as const;

/** RFC 7871 §6: family, two prefix lengths, an address. */
const maxEcsOctets = 20;
/** Before the name. */
export const fixedLogRecordOctets = 80;
/** No record is longer. */
export const maxLogRecordOctets = 896;

const noOctets = new Uint8Array(16);

/** The record that a worker fills for each question and appends; it refers to octets elsewhere, so filling copies nothing. */
export class LogRecord {
  kind: number = LogKind.query;
  timeMs = 0;
  family: 4 | 6 = 4;
  client: Uint8Array = noOctets;
  clientOffset = 0;
  clientPort = 0;
  local: Uint8Array = noOctets;
  localOffset = 0;
  localPort = 0;
  flags = 0;
  qtype = 0;
  qclass = 0;
  view = 0;
  rcode = 0;
  outcome = 0;
  ednsVersion = 0;
  zoneNumber = -1;
  responseOctets = 0;
  qname: Uint8Array = noOctets;
  qnameOctets = 0;
  /** Data of the client-subnet option; 0 octets where there is none. */
  ecs: Uint8Array = noOctets;
  ecsOffset = 0;
  ecsOctets = 0;
  /** The TSIG key's name; 0 octets where the request is not signed. */
  keyName: Uint8Array = noOctets;
  keyNameOctets = 0;
  tsigError = 0;
  /**
   * ASCII, at most 255 octets; of a query for SRV the target of the first that was answered, in wire format; of a response the counts of
   * its three sections of records, as its header has them. The octet 0 stands for `: TSIG ` and
   * the key's name, where there is one.
   */
  text: Uint8Array = noOctets;
  textOctets = 0;
}

/** The same as an object of its own, for those who keep it. */
export interface QueryLogEntry {
  readonly kind: number;
  readonly timeMs: number;
  readonly family: 4 | 6;
  /** 4 or 16 octets. */
  readonly client: Uint8Array;
  readonly clientPort: number;
  readonly local: Uint8Array;
  readonly localPort: number;
  /** See LogFlag. */
  readonly flags: number;
  readonly qtype: number;
  readonly qclass: number;
  readonly view: number;
  readonly rcode: number;
  /** See Outcome in answer/answerer.ts. */
  readonly outcome: number;
  readonly ednsVersion: number;
  /** -1: none. */
  readonly zoneNumber: number;
  /** 0: nothing was sent. */
  readonly responseOctets: number;
  /** Wire format, case as asked. */
  readonly qname: Uint8Array;
  /** Data of the client-subnet option; empty where there is none. */
  readonly ecs: Uint8Array;
  /** The TSIG key's name; empty where the request was not signed. */
  readonly keyName: Uint8Array;
  readonly tsigError: number;
  /** ASCII. */
  readonly text: Uint8Array;
}

/** Octets that the record takes in a ring. */
export function recordOctets(record: LogRecord): number {
  return (
    (fixedLogRecordOctets +
      qnameOctetsOf(record) +
      ecsOctetsOf(record) +
      keyNameOctetsOf(record) +
      record.textOctets +
      7) &
    ~7
  );
}

export function writeLogRecord(views: LogViews, at: number, octets: number, record: LogRecord): void {
  const addressOctets = record.family === 4 ? 4 : 16;
  const half = at >>> 1;
  views.putHead(at, octets, record.kind);
  views.f64[(at + 8) >>> 3] = record.timeMs;
  views.putOctets(at + 16, record.client, record.clientOffset, addressOctets);
  views.putOctets(at + 32, record.local, record.localOffset, addressOctets);
  views.u16[half + 24] = record.clientPort;
  views.u16[half + 25] = record.localPort;
  views.u32[(at + 52) >>> 2] = record.flags;
  views.u16[half + 28] = record.qtype;
  views.u16[half + 29] = record.qclass;
  views.u16[half + 30] = record.view;
  views.u16[half + 31] = record.family;
  views.octets[at + 64] = record.rcode;
  views.octets[at + 65] = record.outcome;
  views.octets[at + 66] = record.ednsVersion;
  views.octets[at + 67] = ecsOctetsOf(record);
  views.u16[half + 34] = qnameOctetsOf(record);
  views.u16[half + 35] = record.responseOctets;
  views.u32[(at + 72) >>> 2] = record.zoneNumber;
  views.u16[half + 38] = keyNameOctetsOf(record);
  views.octets[at + 78] = record.tsigError;
  views.octets[at + 79] = record.textOctets;
  let to = at + fixedLogRecordOctets;
  views.putOctets(to, record.qname, 0, qnameOctetsOf(record));
  to += qnameOctetsOf(record);
  views.putOctets(to, record.ecs, record.ecsOffset, ecsOctetsOf(record));
  to += ecsOctetsOf(record);
  views.putOctets(to, record.keyName, 0, keyNameOctetsOf(record));
  to += keyNameOctetsOf(record);
  views.putOctets(to, record.text, 0, record.textOctets);
}

/** A copy that stays when the ring goes on. */
export function copyLogRecord(stored: StoredLogRecord): QueryLogEntry {
  const { octets, family, clientOffset, localOffset, qnameOffset, ecsOffset, keyNameOffset } = stored;
  const addressOctets = family === 4 ? 4 : 16;
  const copy = (offset: number, length: number) => Uint8Array.from(octets.subarray(offset, offset + length));
  return {
    kind: stored.kind,
    timeMs: stored.timeMs,
    family,
    client: copy(clientOffset, addressOctets),
    clientPort: stored.clientPort,
    local: copy(localOffset, addressOctets),
    localPort: stored.localPort,
    flags: stored.flags,
    qtype: stored.qtype,
    qclass: stored.qclass,
    view: stored.view,
    rcode: stored.rcode,
    outcome: stored.outcome,
    ednsVersion: stored.ednsVersion,
    zoneNumber: stored.zoneNumber,
    responseOctets: stored.responseOctets,
    qname: copy(qnameOffset, stored.qnameOctets),
    ecs: copy(ecsOffset, stored.ecsOctets),
    keyName: copy(keyNameOffset, stored.keyNameOctets),
    tsigError: stored.tsigError,
    text: copy(stored.textOffset, stored.textOctets),
  };
}

function qnameOctetsOf(record: LogRecord): number {
  return Math.min(record.qnameOctets, maxNameOctets);
}

function ecsOctetsOf(record: LogRecord): number {
  return Math.min(record.ecsOctets, maxEcsOctets);
}

function keyNameOctetsOf(record: LogRecord): number {
  return Math.min(record.keyNameOctets, maxNameOctets);
}
