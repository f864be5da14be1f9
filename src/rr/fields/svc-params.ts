/** The parameters of SVCB and HTTPS (RFC 9460 §2.1, §2.2, §7; dohpath RFC 9461; ohttp RFC 9540). */
import { octetAt, putU16, u16At } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { quoteToken, textOf } from '../field-problems.ts';
import type { RdataTokens } from '../rdata-tokens.ts';
import { parseIpv4, parseIpv6 } from './address.ts';
import { decodeBase64 } from './base64.ts';
import { decodeText } from './character-string.ts';
import { digitsValue } from './number.ts';
import { formatSvcParams } from './svc-params-format.ts';
import { checkSvcParams, SvcKey } from './svc-params-wire.ts';

export function svcParams(): Field {
  return field({
    kind: 'svc-params',
    label: 'parameters',
    example: 'alpn=h2 port=443',
    parse: parseSvcParams,
    check: (octets, at, end) => (checkSvcParams(octets, at, end) === undefined ? end : -1),
    format: formatSvcParams,
  });
}

interface Param {
  readonly key: number;
  readonly value: Uint8Array;
}

/** Parameters come in any order and go out in ascending order of their keys (RFC 9460 §2.2). */
function parseSvcParams(tokens: RdataTokens, out: Uint8Array, at: number, mnemonic: string): number {
  const params: Param[] = [];
  while (tokens.next()) {
    const param = parseParam(tokens, mnemonic);
    if (param === undefined) return -1;
    params.push(param);
  }
  params.sort((a, b) => a.key - b.key);
  let next = at;
  for (const { key, value } of params) {
    if (next + 4 + value.length > out.length)
      return tokens.fail('ZF29', `the data of ${mnemonic} is longer than 65535 octets`);
    putU16(out, next, key);
    putU16(out, next + 2, value.length);
    out.set(value, next + 4);
    next += 4 + value.length;
  }
  const problem = checkSvcParams(out, at, next);
  return problem === undefined
    ? next
    : tokens.fail('ZF29', `${mnemonic}: ${problem}`, 'see RFC 9460 for what each key wants');
}

/** The current token as `key`, `key=value` or `key="value"`; undefined after `fail`. */
function parseParam(tokens: RdataTokens, mnemonic: string): Param | undefined {
  const { octets, start, end } = tokens;
  let equalsAt = start;
  while (equalsAt < end && octetAt(octets, equalsAt) !== equalsSign) equalsAt++;
  const key = findKey(textOf(octets, start, equalsAt).toLowerCase());
  if (key < 0) {
    tokens.fail(
      'ZF27',
      `${mnemonic} has no parameter ${quoteToken(tokens)}`,
      `known keys are ${Object.keys(keys).join(', ')}, and key with a number`,
    );
    return undefined;
  }
  const isNumbered = (octetAt(octets, start) | 0x20) === letterK;
  const value = new Uint8Array(end - start);
  const length = parseRawValue(tokens, equalsAt, value);
  if (typeof length !== 'number') return parseValue(tokens, mnemonic, key, isNumbered, length);
  if (length < 0) {
    tokens.fail('ZF29', `${quoteToken(tokens)} has a backslash that escapes nothing`, 'write \\DDD or \\\\');
    return undefined;
  }
  return parseValue(tokens, mnemonic, key, isNumbered, value.subarray(0, length));
}

/**
 * Decode what stands behind the `=` into `value`. The quotes of `key="value"` may be inside the token or make a token of
 * their own, as the lexer likes; in the second case the value is a new array.
 */
function parseRawValue(tokens: RdataTokens, equalsAt: number, value: Uint8Array): number | Uint8Array {
  const { octets, end } = tokens;
  let from = equalsAt + 1;
  if (from > end) return 0;
  if (from === end) {
    if (!tokens.next()) return 0;
    if (!tokens.quoted) {
      tokens.putBack();
      return 0;
    }
    const own = new Uint8Array(tokens.end - tokens.start);
    const length = decodeText(tokens.octets, tokens.start, tokens.end, own, 0);
    return length < 0 ? -1 : own.subarray(0, length);
  }
  let to = end;
  if (octetAt(octets, from) === quote && to - from >= 2 && octetAt(octets, to - 1) === quote) {
    from++;
    to--;
  }
  return decodeText(octets, from, to, value, 0);
}

/** Turn the decoded text of a value into its octets. */
function parseValue(
  tokens: RdataTokens,
  mnemonic: string,
  key: number,
  isNumbered: boolean,
  text: Uint8Array,
): Param | undefined {
  // `key3=...` gives the octets themselves, whatever the key means (RFC 9460 §2.1).
  const value = isNumbered ? text : valueOctets(key, text);
  if (value !== undefined) return { key, value };
  tokens.fail(
    'ZF29',
    `${mnemonic} has a wrong value at ${quoteToken(tokens)}`,
    `write it as in ${examples[key] ?? 'key667=text'}`,
  );
  return undefined;
}

function valueOctets(key: number, text: Uint8Array): Uint8Array | undefined {
  switch (key) {
    case SvcKey.mandatory:
      return listOctets(text, mandatoryItem, (items) => items.sort((a, b) => u16At(a, 0) - u16At(b, 0)));
    case SvcKey.alpn:
      return listOctets(text, alpnItem);
    case SvcKey.port:
      return portOctets(text);
    case SvcKey.ipv4hint:
      return listOctets(text, (item) => addressItem(item, 4));
    case SvcKey.ech: {
      const out = new Uint8Array(text.length + 3);
      const length = decodeBase64(text, 0, text.length, out, 0);
      return length < 1 ? undefined : out.subarray(0, length);
    }
    case SvcKey.ipv6hint:
      return listOctets(text, (item) => addressItem(item, 16));
    case SvcKey.noDefaultAlpn:
    case SvcKey.ohttp:
      return text.length === 0 ? text : undefined;
    default:
      return text;
  }
}

/** Items between commas, `\,` and `\\` inside them decoded (RFC 9460 appendix A.1). */
function listOctets(
  text: Uint8Array,
  itemOctets: (item: Uint8Array) => Uint8Array | undefined,
  order: (items: Uint8Array[]) => Uint8Array[] = (items) => items,
): Uint8Array | undefined {
  const items: Uint8Array[] = [];
  let item: number[] = [];
  for (let i = 0; i <= text.length; i++) {
    const octet = i === text.length ? comma : octetAt(text, i);
    if (octet === comma) {
      const octets = itemOctets(Uint8Array.from(item));
      if (octets === undefined) return undefined;
      items.push(octets);
      item = [];
    } else if (octet === backslash) {
      if (++i >= text.length) return undefined;
      item.push(octetAt(text, i));
    } else {
      item.push(octet);
    }
  }
  return Buffer.concat(order(items));
}

function alpnItem(item: Uint8Array): Uint8Array | undefined {
  return item.length < 1 || item.length > 255 ? undefined : Uint8Array.of(item.length, ...item);
}

function mandatoryItem(item: Uint8Array): Uint8Array | undefined {
  const key = findKey(textOf(item, 0, item.length).toLowerCase());
  return key < 0 ? undefined : Uint8Array.of(key >>> 8, key);
}

function addressItem(item: Uint8Array, octetCount: 4 | 16): Uint8Array | undefined {
  const out = new Uint8Array(octetCount);
  const parse = octetCount === 4 ? parseIpv4 : parseIpv6;
  return parse(item, 0, item.length, out, 0) ? out : undefined;
}

function portOctets(text: Uint8Array): Uint8Array | undefined {
  const port = digitsValue(text, 0, text.length, 0xffff);
  return port < 0 ? undefined : Uint8Array.of(port >>> 8, port);
}

/** The key's number; -1 where it isn't known. `keyN` without leading zeros (RFC 9460 §2.1). */
function findKey(name: string): number {
  if (Object.hasOwn(keys, name)) return keys[name] as number;
  const digits = /^key(0|[1-9]\d{0,4})$/.exec(name)?.[1];
  return digits === undefined || Number(digits) > 0xffff ? -1 : Number(digits);
}

const keys: Readonly<Record<string, number>> = {
  mandatory: SvcKey.mandatory,
  alpn: SvcKey.alpn,
  'no-default-alpn': SvcKey.noDefaultAlpn,
  port: SvcKey.port,
  ipv4hint: SvcKey.ipv4hint,
  ech: SvcKey.ech,
  ipv6hint: SvcKey.ipv6hint,
  dohpath: SvcKey.dohpath,
  ohttp: SvcKey.ohttp,
};

const examples: Readonly<Record<number, string>> = {
  [SvcKey.mandatory]: 'mandatory=alpn,port',
  [SvcKey.alpn]: 'alpn=h2,h3',
  [SvcKey.noDefaultAlpn]: 'no-default-alpn, which has no value',
  [SvcKey.port]: 'port=5061',
  [SvcKey.ipv4hint]: 'ipv4hint=192.0.2.1,192.0.2.2',
  [SvcKey.ech]: 'ech=AEj+DQ==, in base64',
  [SvcKey.ipv6hint]: 'ipv6hint=2001:db8::1',
  [SvcKey.dohpath]: 'dohpath=/dns-query{?dns}',
  [SvcKey.ohttp]: 'ohttp, which has no value',
};

const quote = 0x22;
const comma = 0x2c;
const equalsSign = 0x3d;
const backslash = 0x5c;
const letterK = 0x6b;
