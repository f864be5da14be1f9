/** The algorithms of RFC 8945 §6. GSS-TSIG is not among them: it needs a Kerberos. */
import { equalNames, type WireName, wireNameFrom } from '../wire/name.ts';

export type TsigAlgorithm = 'hmac-md5' | 'hmac-sha1' | 'hmac-sha224' | 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512';

interface AlgorithmRow {
  /** As the record names it. */
  readonly wireName: WireName;
  /** As node:crypto names it. */
  readonly hash: string;
  /** Of a whole MAC. */
  readonly macOctets: number;
}

const row = (wireName: string, hash: string, macOctets: number): AlgorithmRow => ({
  wireName: wireNameFrom(wireName),
  hash,
  macOctets,
});

export const tsigAlgorithms: Readonly<Record<TsigAlgorithm, AlgorithmRow>> = {
  'hmac-md5': row('hmac-md5.sig-alg.reg.int.', 'md5', 16),
  'hmac-sha1': row('hmac-sha1.', 'sha1', 20),
  'hmac-sha224': row('hmac-sha224.', 'sha224', 28),
  'hmac-sha256': row('hmac-sha256.', 'sha256', 32),
  'hmac-sha384': row('hmac-sha384.', 'sha384', 48),
  'hmac-sha512': row('hmac-sha512.', 'sha512', 64),
};

export const tsigAlgorithmNames = Object.keys(tsigAlgorithms) as readonly TsigAlgorithm[];

/** RFC 8945 §5.2.2.1: a MAC shorter than this is never accepted. */
export function minMacOctets(algorithm: TsigAlgorithm): number {
  return Math.max(10, tsigAlgorithms[algorithm].macOctets / 2);
}

/**
 * Parse an algorithm as configurations write it: `hmac-sha256`, `HMAC-SHA256`, `hmac-md5.sig-alg.reg.int`, and BIND's truncated form
 * `hmac-sha256-128` with the bits of the MAC. `undefined` where there is none of this name, or of so many bits.
 */
export function parseTsigAlgorithm(
  text: string,
): { readonly algorithm: TsigAlgorithm; readonly macOctets: number } | undefined {
  const match = /^(hmac-(?:md5|sha1|sha224|sha256|sha384|sha512))(?:-(\d{1,3})|\.sig-alg\.reg\.int)?\.?$/.exec(
    text.toLowerCase(),
  );
  if (match === null) return undefined;
  const algorithm = match[1] as TsigAlgorithm;
  if (text.toLowerCase().includes('sig-alg') && algorithm !== 'hmac-md5') return undefined;
  const whole = tsigAlgorithms[algorithm].macOctets;
  if (match[2] === undefined) return { algorithm, macOctets: whole };
  const macOctets = Number(match[2]) / 8;
  if (!Number.isInteger(macOctets) || macOctets < minMacOctets(algorithm) || macOctets > whole) return undefined;
  return { algorithm, macOctets };
}

/** Whether the name at `octets[offset]` is the algorithm's. */
export function isAlgorithmName(algorithm: TsigAlgorithm, octets: Uint8Array, offset: number): boolean {
  return equalNames(tsigAlgorithms[algorithm].wireName, 0, octets, offset);
}
