/** Bracket expressions of POSIX in the C locale: `[0-9]`, `[^+]`, `[[:digit:]]`. A backslash is an octet like others there. */
import type { OctetSet } from './ere.ts';

export type ParsedBracket =
  | { readonly set: OctetSet; readonly next: number }
  | { readonly set: undefined; readonly fault: string };

/** Parse what follows `[`; `next` is where the text goes on behind `]`. */
export function parseBracket(text: string, begin: number): ParsedBracket {
  const set = new Uint8Array(256);
  const isNegated = text[begin] === '^';
  const first = isNegated ? begin + 1 : begin;
  for (let at = first; ; ) {
    // A closing bracket right behind the opening one stands for itself.
    if (text[at] === ']' && at > first) return { set: isNegated ? set.map((member) => 1 - member) : set, next: at + 1 };
    const item = parseItem(text, at);
    if (item.fault !== undefined) return { set: undefined, fault: item.fault };
    for (const octet of item.octets) set[octet] = 1;
    at = item.next;
  }
}

interface Item {
  readonly octets: readonly number[];
  readonly next: number;
  readonly fault?: string;
}

function parseItem(text: string, at: number): Item {
  if (text[at] === '[' && text[at + 1] === ':') return parseClass(text, at);
  const low = parseElement(text, at);
  if (low.fault !== undefined || text[low.next] !== '-' || text[low.next + 1] === ']') return low;
  const high = parseElement(text, low.next + 1);
  if (high.fault !== undefined) return high;
  const [from = 0] = low.octets;
  const [to = 0] = high.octets;
  if (to < from) return failed(`the range "${text.slice(at, high.next)}" ends before it begins`);
  return { octets: Array.from({ length: to - from + 1 }, (_, i) => from + i), next: high.next };
}

/** One octet, which may be written `[.-.]` or `[=a=]`. */
function parseElement(text: string, at: number): Item {
  const sign = text[at + 1];
  if (text[at] === '[' && (sign === '.' || sign === '=')) {
    if (text[at + 3] === sign && text[at + 4] === ']') return { octets: [text.charCodeAt(at + 2)], next: at + 5 };
    return failed(`"[${sign}" names no single character`);
  }
  if (text[at] === '[' && sign === ':') return failed('a class ends a range');
  return at < text.length ? { octets: [text.charCodeAt(at)], next: at + 1 } : failed('"[" is not closed');
}

function parseClass(text: string, at: number): Item {
  const end = text.indexOf(':]', at + 2);
  if (end < 0) return failed('"[:" is not closed');
  const name = text.slice(at + 2, end);
  const pattern = classes[name];
  if (pattern === undefined) return failed(`there is no class "[:${name}:]"`);
  return { octets: allOctets.filter((octet) => pattern.test(String.fromCharCode(octet))), next: end + 2 };
}

function failed(fault: string): Item {
  return { octets: [], next: 0, fault };
}

const allOctets = Array.from({ length: 128 }, (_, octet) => octet);

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class of these
  cntrl: /[\u0000-\u001f\u007f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};
