/**
 * SIP replies (RFC 3261 §7.2, §7.3, §25.1), as far as the sender of an OPTIONS must know them. The parser is strict: what RFC 3261 does
 * not allow is refused with the reason. It takes bounded steps, and throws nothing.
 */
import { err, ok, type Result } from '../base/result.ts';
import { type OptionsTransaction, optionsMethod } from './message-options.ts';
import { findParameter } from './message-parameter.ts';

/** A reply to OPTIONS has some 500 octets; whoever sends more than this in a header section means no good. */
export const maxHeaderOctets = 65_536;
/** One header field with the lines that it is folded over. */
export const maxFieldOctets = 8192;
export const maxFields = 256;
/** A body is a session description of a few thousand octets. */
export const maxContentOctets = 65_536;

export interface SipReply {
  /** 100 to 699. */
  readonly status: number;
  /** For people: printable ASCII, at most 80 characters. */
  readonly reason: string;
  /** Of the topmost Via. */
  readonly branch: string;
  readonly callId: string;
  readonly cseq: number;
  readonly method: string;
  readonly fromTag: string;
  /** RFC 3261 §20.33, in seconds. */
  readonly retryAfterSeconds: number | undefined;
  /** Content-Length, where there is one. */
  readonly contentOctets: number | undefined;
}

/** Why octets are no reply; for people, the second half of a sentence. */
export type ReplyProblem = string;

/** The reply in a datagram (RFC 3261 §18.3: what is behind its body is ignored, a body that is cut short makes it worthless). */
export function parseReplyDatagram(octets: Uint8Array): Result<SipReply, ReplyProblem> {
  const headEnd = findHeadEnd(octets, 0, octets.length);
  if (headEnd === -1 && startsAsReply(octets, octets.length)) return err('a header section without its end');
  if (headEnd > maxHeaderOctets) return err('a header section that is too long');
  const parsed = parseReplyHead(octets, headEnd === -1 ? octets.length : headEnd);
  if (!parsed.ok) return parsed;
  const { contentOctets } = parsed.value;
  if (contentOctets !== undefined && headEnd + contentOctets > octets.length) return err('a body that is cut short');
  return parsed;
}

/** The reply whose header section, with its empty line, is `octets[0, end)`. */
export function parseReplyHead(octets: Uint8Array, end: number): Result<SipReply, ReplyProblem> {
  if (!startsAsReply(octets, end)) return err(describeStart(octets, end));
  const text = Buffer.from(octets.buffer, octets.byteOffset, end).toString('latin1');
  // RFC 3261 §7.2: version, a space, three digits, a space, a phrase that may be empty.
  const firstEnd = text.indexOf('\r\n');
  const first = firstEnd > maxFieldOctets ? null : /^SIP\/2\.0 ([1-6]\d\d) (.*)$/is.exec(text.slice(0, firstEnd));
  if (firstEnd === -1 || first === null || /[\r\n]/.test(first[2] as string)) return err('a malformed status line');
  const fields = readFields(text, firstEnd + 2);
  if (!fields.ok) return fields;
  return buildReply(Number(first[1]), first[2] as string, fields.value);
}

/** Why this reply is not one to that request; `undefined`: it is. */
export function findMismatch(reply: SipReply, transaction: OptionsTransaction): ReplyProblem | undefined {
  // RFC 3261 §17.1.3 compares branch and CSeq's method; all else that must have come back unchanged keeps forgers out.
  if (reply.branch !== transaction.branch) return 'a reply with another branch';
  if (reply.callId !== transaction.callId) return 'a reply with another Call-ID';
  if (reply.cseq !== transaction.cseq || reply.method !== optionsMethod) return 'a reply with another CSeq';
  if (reply.fromTag !== transaction.fromTag) return 'a reply with another From tag';
  return undefined;
}

/** Where the octet behind the first empty line stands; -1: there is none in `octets[from, end)`. */
export function findHeadEnd(octets: Uint8Array, from: number, end: number): number {
  const at = Buffer.from(octets.buffer, octets.byteOffset, end).indexOf('\r\n\r\n', from, 'latin1');
  return at === -1 ? -1 : at + 4;
}

const version = Buffer.from('SIP/2.0 ');

/** Whether `octets[0, end)` are a reply's, as far as its first octets tell. */
export function startsAsReply(octets: Uint8Array, end: number): boolean {
  // RFC 3261 §7.1: the version's case is no matter.
  for (let i = 0; i < version.length && i < end; i++) {
    const octet = octets[i] as number;
    const upper = octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet;
    if (upper !== version[i]) return false;
  }
  return true;
}

/** What that is which is no reply. */
export function describeStart(octets: Uint8Array, end: number): ReplyProblem {
  const text = Buffer.from(octets.buffer, octets.byteOffset, Math.min(end, 256)).toString('latin1');
  return /^[A-Z]+ [^\r\n]+ SIP\/2\.0\r\n/.test(text) ? 'a request, not a reply' : 'something that is not SIP';
}

/** Compact forms (RFC 3261 §7.3.3) of those that matter here. */
const compactForms: Readonly<Record<string, string>> = { v: 'via', f: 'from', i: 'call-id', l: 'content-length' };

const wanted = new Set(['via', 'from', 'call-id', 'cseq', 'content-length', 'retry-after']);

/** The wanted fields by their names in lower case; of Via the first. */
type Fields = ReadonlyMap<string, string>;

function readFields(text: string, from: number): Result<Fields, ReplyProblem> {
  const fields = new Map<string, string>();
  let count = 0;
  for (let at = from; !text.startsWith('\r\n', at); ) {
    const end = findFieldEnd(text, at);
    if (end === -1) return err('a header section without its end');
    if (end - at > maxFieldOctets) return err('a header field that is too long');
    if (++count > maxFields) return err('too many header fields');
    const problem = addField(fields, text.slice(at, end));
    if (problem !== undefined) return err(problem);
    at = end + 2;
  }
  return ok(fields);
}

/** The CRLF that ends the field at `at`: one that no blank follows (RFC 3261 §7.3.1). -1: none. */
function findFieldEnd(text: string, at: number): number {
  for (let end = text.indexOf('\r\n', at); end !== -1; end = text.indexOf('\r\n', end + 2)) {
    const next = text[end + 2];
    if (next !== ' ' && next !== '\t') return end;
  }
  return -1;
}

function addField(fields: Map<string, string>, line: string): ReplyProblem | undefined {
  // RFC 3261 §25.1: `token *WSP ":" LWS value`; a token has no blanks, so that a first line that is folded is no field.
  const colon = line.indexOf(':');
  const written = line.slice(0, colon).replace(/[ \t]{1,8}$/, '');
  if (colon === -1 || !/^[\w.!%*+`'~-]+$/.test(written)) return 'a malformed header field';
  const lower = written.toLowerCase();
  const name = compactForms[lower] ?? lower;
  if (!wanted.has(name)) return undefined;
  const value = line
    .slice(colon + 1)
    .replace(/\r\n/g, ' ')
    .trim();
  // A CR or LF alone ends a line for some, and hides what follows it from others.
  if (/[\r\n\0]/.test(value)) return `a control character in ${name}`;
  if (!fields.has(name)) fields.set(name, value);
  else if (name !== 'via') return `two header fields ${name}`;
  return undefined;
}

function buildReply(status: number, reason: string, fields: Fields): Result<SipReply, ReplyProblem> {
  const branch = readBranch(fields.get('via'));
  if (branch === undefined) return err('no branch in Via');
  const callId = fields.get('call-id');
  if (callId === undefined || callId === '') return err('no Call-ID');
  const cseq = /^(\d{1,10})[ \t]+([\w.!%*+`'~-]+)$/.exec(fields.get('cseq') ?? '');
  if (cseq === null) return err('no valid CSeq');
  const fromTag = findParameter(fields.get('from') ?? '', 'tag');
  if (fromTag === undefined) return err('no tag in From');
  const content = fields.get('content-length');
  if (content !== undefined && !/^\d{1,9}$/.test(content)) return err('no valid Content-Length');
  return ok({
    status,
    reason: toPrintable(reason),
    branch,
    callId,
    cseq: Number(cseq[1]),
    method: cseq[2] as string,
    fromTag,
    retryAfterSeconds: readRetryAfter(fields.get('retry-after')),
    contentOctets: content === undefined ? undefined : Number(content),
  });
}

function readBranch(via: string | undefined): string | undefined {
  if (via === undefined || !/^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*\w+[ \t]/i.test(via)) return undefined;
  return findParameter(via, 'branch');
}

/** `18000;duration=3600`, `120 (I'm in a meeting)`: the number. One that is none is as if it were not there. */
function readRetryAfter(value: string | undefined): number | undefined {
  const digits = /^(\d{1,10})(?=[ \t;(]|$)/.exec(value ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function toPrintable(text: string): string {
  return text
    .slice(0, 80)
    .replace(/[^ -~]/g, '?')
    .trim();
}
