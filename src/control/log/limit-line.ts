/** The lines of rate limits (categories `rate-limit` and `query-errors`), in BIND's words. */
import { lowerCase, octetAt } from '../../base/octets.ts';
import { LimitVerb } from '../../plane/rate-limit/limit-text.ts';
import { ResponseKind } from '../../plane/rate-limit/rate-limit.ts';
import { LogKind } from '../../plane/rings/log-record.ts';
import type { StoredLogRecord } from '../../plane/rings/log-stored-record.ts';
import { classText } from '../../rr/class-text.ts';
import { typeText } from '../../rr/mnemonics.ts';
import { octetsOf, putAddress, putDecimal, putName, putOctets, putText } from './line-parts.ts';

const would = octetsOf('would ');
const early = octetsOf('*');
const verbs: Readonly<Record<number, Uint8Array>> = {
  [LimitVerb.limit]: octetsOf('limit '),
  [LimitVerb.goOn]: octetsOf('continue limiting '),
  [LimitVerb.stop]: octetsOf('stop limiting '),
  [LimitVerb.stopEarly]: octetsOf('stop limiting '),
  [LimitVerb.drop]: octetsOf('rate limit drop '),
  [LimitVerb.slip]: octetsOf('rate limit slip '),
};
const kinds: Readonly<Record<number, Uint8Array>> = {
  [ResponseKind.answer]: octetsOf(''),
  [ResponseKind.referral]: octetsOf('referral '),
  [ResponseKind.noData]: octetsOf('NODATA '),
  [ResponseKind.nameError]: octetsOf('NXDOMAIN '),
  [ResponseKind.error]: octetsOf('error '),
  [ResponseKind.all]: octetsOf('all '),
};
const responseTo = octetsOf('response to ');
const responsesTo = octetsOf('responses to ');
const forName = octetsOf(' for ');
const slash = 0x2f;

/** Whether a record of that kind is told of by `putLimit`. */
export function isLimitKind(kind: number): boolean {
  return (
    kind === LogKind.rateLimited ||
    kind === LogKind.rateLimit ||
    kind === LogKind.rateLimitedError ||
    kind === LogKind.rateLimitedErrorDebug
  );
}

/** Put `limit NXDOMAIN responses to 192.0.2.0/24 for example.com  (8badf00d)` at `out[at]`; `error` is that of a response. Returns its end. */
export function putLimit(out: Uint8Array, at: number, record: StoredLogRecord, error: string): number {
  const { octets, textOffset, kind } = record;
  const verb = octetAt(octets, textOffset);
  const responseKind = octetAt(octets, textOffset + 1);
  let to = at;
  if (verb === LimitVerb.stopEarly) to = putOctets(out, to, early);
  if (octetAt(octets, textOffset + 3) !== 0) to = putOctets(out, to, would);
  to = putOctets(out, to, verbs[verb] as Uint8Array);
  const isOver = verb !== LimitVerb.limit && verb < LimitVerb.drop;
  if (responseKind === ResponseKind.error && !isOver) to = putText(out, to, `${error} `);
  to = putOctets(out, to, kinds[responseKind] as Uint8Array);
  to = putOctets(out, to, kind === LogKind.rateLimit ? responsesTo : responseTo);
  to = putNetwork(out, to, record, octetAt(octets, textOffset + 2));
  if (responseKind === ResponseKind.error || responseKind === ResponseKind.all) return to;
  const nameAt = record.qnameOffset + octetAt(octets, textOffset + 4);
  to = putName(out, putOctets(out, to, forName), octets, nameAt);
  if (responseKind !== ResponseKind.nameError) to = putText(out, to, ` ${classText(record.qclass)}`);
  if (responseKind === ResponseKind.answer) to = putText(out, to, ` ${typeText(record.qtype)}`);
  return putText(out, to, `  (${hashText(octets, nameAt, record.qnameOffset + record.qnameOctets)})`);
}

const network = new Uint8Array(16);

function putNetwork(out: Uint8Array, at: number, record: StoredLogRecord, prefixBits: number): number {
  const { octets, clientOffset, family } = record;
  for (let i = 0; i < (family === 4 ? 4 : 16); i++) {
    const bits = Math.min(Math.max(prefixBits - 8 * i, 0), 8);
    network[i] = octetAt(octets, clientOffset + i) & (0xff00 >>> bits);
  }
  const to = putAddress(out, at, network, 0, family);
  out[to] = slash;
  return putDecimal(out, to + 1, prefixBits);
}

/** A short name for the name, as BIND has one: lines of the same name have the same. */
function hashText(octets: Uint8Array, start: number, end: number): string {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ octetAt(lowerCase, octetAt(octets, at)), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
