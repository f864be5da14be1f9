/** What BIND calls the reasons why a zone is not loaded: scripts that watch its logs look for these words. */
import type { Diagnostic } from '../../base/diagnostic.ts';

/** A zone whose file could be read, and which is none: BIND has a line of its own for these, by their codes. */
const faults: Readonly<Record<string, string>> = {
  ZC01: 'has 0 SOA records',
  ZC04: 'has no NS records',
};
/** Here it tells of a name or a record, as our own line has done already. */
const toldAlready: readonly string[] = ['ZC08', 'ZC09'];

/** `zone x.test/IN: ` and so on: the line between those of the errors and the verdict. `otherwise` is for what BIND has no word for. */
export function refusalLine(
  title: string,
  file: string | undefined,
  diagnostics: readonly Diagnostic[],
  otherwise: string,
): string | undefined {
  const first = diagnostics.find(({ severity }) => severity === 'error');
  const fault = first === undefined ? undefined : faults[first.code];
  if (fault !== undefined) return `zone ${title}: ${fault}`;
  if (first !== undefined && toldAlready.includes(first.code)) return undefined;
  const result = first === undefined ? otherwise : (resultOf(first) ?? otherwise);
  return `zone ${title}: loading from master file ${file} failed: ${result}`;
}

/** BIND's result for a diagnostic; the first of a file is the one that it stops at. */
function resultOf({ code, message }: Diagnostic): string | undefined {
  return results.find(([ofCode, pattern]) => ofCode === code && pattern.test(message))?.[2];
}

const any = /^/;

/** Code, message, result. Those that are missing have no one word in BIND. */
const results: readonly (readonly [code: string, message: RegExp, result: string])[] = [
  ['ZF01', /no such file/, 'file not found'],
  ['ZF02', any, 'unbalanced quotes'],
  ['ZF03', any, 'unbalanced parentheses'],
  ['ZF04', any, 'unbalanced parentheses'],
  ['ZF07', any, 'unknown class/type'],
  ['ZF08', any, 'unexpected end of input'],
  ['ZF09', /between two dots/, 'empty label'],
  ['ZF09', /over 63 octets/, 'label too long'],
  ['ZF11', any, 'bad class'],
  ['ZF12', /neither a TTL nor a type/, 'unknown class/type'],
  ['ZF12', any, 'bad ttl'],
  ['ZF14', any, 'syntax error'],
  ['ZF20', any, 'unexpected end of input'],
  ['ZF21', any, 'extra input text'],
  ['ZF22', /not "\d+"$/, 'out of range'],
  ['ZF22', any, 'not a valid number'],
  ['ZF23', /an IPv4 address/, 'bad dotted quad'],
  ['ZF23', any, 'bad IPv6 address'],
  ['ZF24', /empty label/, 'empty label'],
  ['ZF26', any, 'syntax error'],
  ['ZC02', any, 'multiple RRs of singleton type'],
  ['ZC05', any, 'CNAME and other data'],
  ['ZC06', any, 'multiple RRs of singleton type'],
  ['SIP13', any, 'syntax error'],
];
