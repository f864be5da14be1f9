/** The values that statements end in: which tokens are one, and how a person calls them. */
import { isIPv4, isIPv6 } from 'node:net';
import type { Token } from '../token.ts';

interface Terminal {
  readonly expected: string;
  readonly matches: (token: Token) => boolean;
}

const maxInteger = 4_294_967_295;

const word = (pattern: RegExp) => (token: Token) => token.kind === 'word' && pattern.test(token.text);
const text = (token: Token) => token.kind === 'word' || token.kind === 'string';

/** RFC 3339 appendix A without fractions, as BIND reads it, or units, or seconds. */
const duration = /^(\d+|(\d+[smhdw])+|P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?)$/i;

export const terminals: Readonly<Record<string, Terminal>> = {
  BOOL: { expected: 'yes or no', matches: word(/^(yes|no|true|false|1|0)$/i) },
  INT: { expected: 'a number', matches: (token) => word(/^\d+$/)(token) && Number(token.text) <= maxInteger },
  STRING: { expected: 'a name or text', matches: text },
  QUOTED: { expected: 'text in quotes', matches: (token) => token.kind === 'string' },
  DURATION: { expected: 'a time, as 300, 1h30m or PT5M', matches: word(duration) },
  SIZE: { expected: 'a size, as 500k, 100M or unlimited', matches: word(/^(\d+[kmg]?|unlimited|default)$/i) },
  PERCENT: { expected: 'a percentage, as 75%', matches: word(/^\d+%$/) },
  FIXED: { expected: 'a number', matches: word(/^\d+(\.\d+)?$/) },
  IP4: { expected: 'an IPv4 address', matches: (token) => token.kind === 'word' && isIPv4(token.text) },
  IP6: { expected: 'an IPv6 address', matches: (token) => token.kind === 'word' && isIPv6(token.text) },
  PREFIX: {
    expected: 'an address or a prefix, as 192.0.2.0/24',
    matches: word(/^(\d{1,3}(\.\d{1,3}){0,3}|[0-9a-f:.]*:[0-9a-f:.]*)(\/\d{1,3})?$/i),
  },
  CLASS: { expected: 'in', matches: word(/^(in|ch|hs|chaos|hesiod|any|none)$/i) },
};
