/** Message digests of zones (RFC 8976): whether the content of a version is what its ZONEMD records say. */
import { createHash, type Hash } from 'node:crypto';
import { octetAt, u16At, u32At } from '../base/octets.ts';
import { ContentProblem } from '../store/check/codes.ts';
import type { ProblemList } from '../store/check/problem-list.ts';
import type { VersionRef, ZoneReader } from '../store/zone-reader.ts';
import { Type } from '../wire/codes.ts';
import { asWireName } from '../wire/name.ts';
import { digestRecords } from './zone-digest.ts';

/** RFC 8976 §5.2: the one scheme that there is. */
const simpleScheme = 1;
/** RFC 8976 §5.3, by number. */
const hashNames: Readonly<Record<number, string>> = { 1: 'sha384', 2: 'sha512' };

export type ZonemdVerdict =
  /** The apex has no ZONEMD. */
  | { readonly kind: 'absent' }
  /** All are of schemes or hashes that are not known here (RFC 8976 §4: they can't be used). */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'verified' }
  /** None that could be used matches; `reason` is half a sentence. */
  | { readonly kind: 'mismatch'; readonly reason: string };

/** The ZONEMD records of a known scheme and hash; `digest` lies at `octets[digestOffset, digestOffset + digestOctets)`. */
interface KnownDigest {
  readonly serial: number;
  readonly hash: number;
  readonly digestOffset: number;
  readonly digestOctets: number;
}

/**
 * Verify the version's ZONEMD records (RFC 8976 §4). One that matches suffices. Costs a look at the apex where there is none,
 * else a sort of all owners and a hash of all records. The version must be held, or not yet published.
 */
export function verifyZonemd(reader: ZoneReader, version: VersionRef): ZonemdVerdict {
  const set = reader.findRrset(reader.apexNode(version), Type.zonemd);
  if (set === 0) return { kind: 'absent' };
  const known = readKnown(reader, set);
  if (known.length === 0) return { kind: 'unknown' };
  // RFC 8976 §4: two of one scheme and hash say nothing.
  const single = known.filter(({ hash }) => known.filter((other) => other.hash === hash).length === 1);
  if (single.length === 0) return { kind: 'mismatch', reason: 'several ZONEMD of the same scheme and hash' };
  const serial = reader.versionSerial(version);
  const current = single.filter((one) => one.serial === serial);
  if (current.length === 0) {
    return { kind: 'mismatch', reason: `the ZONEMD is of serial ${single[0]?.serial}, the zone of ${serial}` };
  }
  const hashes = current.map(({ hash }) => createHash(hashNames[hash] as string));
  digestRecords(reader, version, (octets) => update(hashes, octets));
  const isVerified = current.some((one, index) => hasDigest(reader, one, (hashes[index] as Hash).digest()));
  return isVerified ? { kind: 'verified' } : { kind: 'mismatch', reason: 'the digest of its records is another one' };
}

/** As a check of a zone's content: tells of a ZONEMD that doesn't match. */
export function checkZonemd(reader: ZoneReader, version: VersionRef, list: ProblemList): void {
  const verdict = verifyZonemd(reader, version);
  if (verdict.kind !== 'mismatch') return;
  const apex = reader.apexNode(version);
  const nameOffset = reader.nodeOriginalNameOffset(apex);
  const owner = asWireName(reader.octets.slice(nameOffset, nameOffset + reader.nodeNameOctets(apex)));
  list.add(
    ContentProblem.zonemdMismatch,
    { owner, type: Type.zonemd },
    `the ZONEMD doesn't match the zone: ${verdict.reason}; secondaries that verify it will refuse the zone`,
    'make it anew, last of all, after each change (`ldns-signzone -Z -z 1:1`), or remove it',
  );
}

function readKnown(reader: ZoneReader, set: ReturnType<ZoneReader['findRrset']>): readonly KnownDigest[] {
  const { octets } = reader;
  const known: KnownDigest[] = [];
  const start = reader.rrsetDataOffset(set);
  const end = start + reader.rrsetDataOctets(set);
  for (let at = start; at < end; at += 2 + u16At(octets, at)) {
    // RFC 8976 §2.2: serial, scheme, hash algorithm, digest.
    const hash = octetAt(octets, at + 7);
    if (octetAt(octets, at + 6) !== simpleScheme || hashNames[hash] === undefined) continue;
    known.push({ serial: u32At(octets, at + 2), hash, digestOffset: at + 8, digestOctets: u16At(octets, at) - 6 });
  }
  return known;
}

function update(hashes: readonly Hash[], octets: Uint8Array): void {
  for (const hash of hashes) hash.update(octets);
}

function hasDigest({ octets }: ZoneReader, { digestOffset, digestOctets }: KnownDigest, digest: Uint8Array): boolean {
  return digest.length === digestOctets && digest.every((octet, i) => octet === octetAt(octets, digestOffset + i));
}
