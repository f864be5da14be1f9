/** What holds for the response to any octets whatever. Judged by the decoder that shares nothing with the server. */
import { type DecodedMessage, decodeMessage } from '../../../interop/lib/decode-message.ts';

/** The rules that this response breaks, as sentences; none where it is right. An empty response is silence. */
export function brokenRules(request: Uint8Array, tcp: boolean, mostUdpOctets: number, wire: Uint8Array): string[] {
  const mustBeSilent = request.length < 12 || (octet(request, 2) & 0x80) !== 0;
  // NOTIFY and UPDATE are another's to answer.
  const opcode = request.length < 12 ? 0 : (octet(request, 2) >> 3) & 15;
  if (wire.length === 0) return mustBeSilent || opcode === 4 || opcode === 5 ? [] : ['silence for a query'];
  if (mustBeSilent) return ['an answer to a response or to less than a header'];
  const response = decodeMessage(wire);
  const asked = findOpt(request);
  const rules: [string, boolean][] = [
    ['the id is copied', octet(wire, 0) === octet(request, 0) && octet(wire, 1) === octet(request, 1)],
    ['QR is set, opcode and RD are copied', (octet(wire, 2) & 0xf9) === (0x80 | (octet(request, 2) & 0x79))],
    ['RA, Z, AD and CD are clear', (octet(wire, 3) & 0xf0) === 0],
    ['the response fits', wire.length <= limitOf(asked, response, tcp, mostUdpOctets)],
    ['the question is echoed octet for octet', isEchoed(request, wire, response)],
    ['OPT stands only where the request may have one', response.edns === undefined || request.length >= 23],
    ['OPT answers OPT', asked === undefined || response.edns !== undefined || isUnparsed(response)],
    ['DO is copied', asked === undefined || response.edns?.dnssecOk !== !asked.dnssecOk],
    ['an error carries no records but TSIG', !isError(response.rcode) || recordCount(response) === 0],
    ['chains are bounded', response.answer.filter(({ type }) => type === 5).length <= 17],
    ['SOA in the authority section is alone', response.authority.filter(({ type }) => type === 6).length <= 1],
    ['TC is for UDP', !tcp || (octet(wire, 2) & 2) === 0],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}

/** Where the request doesn't decode, what the response says of itself bounds it. */
function limitOf(asked: AskedOpt | undefined, response: DecodedMessage, tcp: boolean, mostUdp: number): number {
  if (tcp) return 65_535;
  if (response.edns === undefined) return 512;
  return asked === undefined ? mostUdp : Math.min(Math.max(asked.udpOctets, 512), mostUdp);
}

function isEchoed(request: Uint8Array, wire: Uint8Array, response: DecodedMessage): boolean {
  // A message without a question may ask for a cookie alone (RFC 7873, section 5.4).
  const isCookieOnly = octet(request, 4) === 0 && octet(request, 5) === 0 && response.edns !== undefined;
  if (response.question.length === 0) return response.rcode === 1 || response.rcode === 4 || isCookieOnly;
  let at = 12;
  while (octet(wire, at) !== 0) at += 1 + octet(wire, at);
  const end = at + 5;
  return response.question.length === 1 && Buffer.compare(wire.subarray(12, end), request.subarray(12, end)) === 0;
}

/** FORMERR, SERVFAIL, NOTIMP, REFUSED, NOTAUTH, BADVERS. */
function isError(rcode: number): boolean {
  return [1, 2, 4, 5, 9, 16].includes(rcode);
}

/** FORMERR may be told before the OPT is reached; of an unknown opcode nothing behind the header is looked at. */
function isUnparsed({ rcode }: DecodedMessage): boolean {
  return rcode === 1 || rcode === 4;
}

/** TSIG, last of all, goes with any answer to a signed request (RFC 8945, section 5.3). */
function recordCount({ answer, authority, additional }: DecodedMessage): number {
  const tsig = additional.at(-1)?.type === 250 ? 1 : 0;
  return answer.length + authority.length + additional.length - tsig;
}

interface AskedOpt {
  readonly udpOctets: number;
  readonly dnssecOk: boolean;
}

/** The one OPT of a query whose records lie whole one behind the other; other requests need not get one back. */
function findOpt(request: Uint8Array): AskedOpt | undefined {
  const number = (at: number): number => octet(request, at) * 256 + octet(request, at + 1);
  if (number(4) !== 1) return undefined;
  let opt: AskedOpt | undefined;
  let at = skipName(request, 12) + 4;
  for (let left = number(6) + number(8) + number(10); left > 0; left--) {
    const fixed = skipName(request, at);
    if (fixed + 10 > request.length) return undefined;
    const isOpt = fixed === at + 1 && number(fixed) === 41;
    if (isOpt && opt !== undefined) return undefined;
    if (isOpt) opt = { udpOctets: number(fixed + 2), dnssecOk: (number(fixed + 6) & 0x8000) !== 0 };
    at = fixed + 10 + number(fixed + 8);
    if (at > request.length) return undefined;
  }
  return opt;
}

function skipName(message: Uint8Array, start: number): number {
  let at = start;
  while (at < message.length && octet(message, at) !== 0) {
    if (octet(message, at) >= 0xc0) return at + 2;
    at += 1 + octet(message, at);
  }
  return at + 1;
}

function octet(message: Uint8Array, at: number): number {
  return message[at] ?? 0;
}
