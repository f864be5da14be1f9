/** What a record's fields must fulfil together. Each returns what is wrong, or undefined. */
import { octetAt, u16At } from '../base/octets.ts';

/** Looks at the RDATA `octets[at, end)`, whose fields are valid. */
export type DataRule = (octets: Uint8Array, at: number, end: number) => string | undefined;

/** Octets of the digests of DS by type: SHA-1, SHA-256, GOST, SHA-384 (RFC 3658, 4509, 5933, 6605). */
const dsDigestOctets = [0, 20, 32, 32, 48] as const;

export const dsRule: DataRule = (octets, at, end) =>
  checkDigest(dsDigestOctets[octetAt(octets, at + 3)] ?? 0, end - at - 4);

/** RFC 4255 §3.1.2, RFC 6594: SHA-1, SHA-256. */
const sshfpDigestOctets = [0, 20, 32] as const;

export const sshfpRule: DataRule = (octets, at, end) =>
  checkDigest(sshfpDigestOctets[octetAt(octets, at + 1)] ?? 0, end - at - 2);

/** RFC 8976 §2.2.3: SHA-384, SHA-512; §2.2.4: others at least 12 octets. */
const zonemdDigestOctets = [0, 48, 64] as const;

export const zonemdRule: DataRule = (octets, at, end) => {
  const digestOctets = end - at - 6;
  if (digestOctets < 12) return 'the digest must have 12 octets or more';
  return checkDigest(zonemdDigestOctets[octetAt(octets, at + 5)] ?? 0, digestOctets);
};

/** `wanted` is 0 for digests that aren't known here. */
function checkDigest(wanted: number, digestOctets: number): string | undefined {
  return wanted === 0 || wanted === digestOctets
    ? undefined
    : `a digest of this type has ${wanted} octets, and this one has ${digestOctets}`;
}

/** RFC 2535 §3.1.2: with both of the first flag bits there is no key; else there is one. */
export const keyRule: DataRule = (octets, at, end) => {
  const hasNoKey = (u16At(octets, at) & noKeyFlags) === noKeyFlags;
  if (hasNoKey) return end - at > 4 ? 'the flags say that there is no key, and one follows' : undefined;
  return end - at > 4 ? undefined : 'the public key is missing';
};

/** RFC 4025 §2.4: algorithm 0 says that there is no key. */
export const ipseckeyRule: DataRule = (octets, at, end) => {
  if (octetAt(octets, at + 2) === 0) return undefined;
  return hasIpsecKey(octets, at, end) ? undefined : 'the public key is missing';
};

function hasIpsecKey(octets: Uint8Array, at: number, end: number): boolean {
  let keyAt = at + 3;
  switch (octetAt(octets, at + 1)) {
    case 1:
      keyAt += 4;
      break;
    case 2:
      keyAt += 16;
      break;
    case 3:
      while (octetAt(octets, keyAt) !== 0) keyAt += 1 + octetAt(octets, keyAt);
      keyAt++;
  }
  return keyAt < end;
}

const noKeyFlags = 0xc000;
