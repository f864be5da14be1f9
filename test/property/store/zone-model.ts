/** A zone as a plain list of records, and what the image should say of it: the naive second opinion of the property tests. */
import fc from 'fast-check';
import { childCountOf } from '../../../src/store/image/node-layout.ts';
import { VersionWord } from '../../../src/store/image/version-layout.ts';
import { walkOrdered } from '../../../src/store/index/ordered-tree.ts';
import type { NodeRef, VersionRef, ZoneReader } from '../../../src/store/zone-reader.ts';
import { NodeFlag } from '../../../src/store/zone-reader.ts';
import { walkNodes, walkNodesInOrder } from '../../../src/store/zone-walk.ts';
import { Type } from '../../../src/wire/codes.ts';
import { compareNames, formatName, wireNameFrom } from '../../../src/wire/name.ts';
import type { ParsedRecord } from '../../../src/zonefile/record-sink.ts';
import { findCollidingLabels } from '../../unit/store/colliding-labels.ts';
import {
  nsec3paramRdata,
  nsec3Rdata,
  record,
  recordTexts,
  rrsigRdata,
  soaRdata,
} from '../../unit/store/zone-fixture.ts';

export const apexText = 'zone.test.';
const saltA = [0xaa];
const saltB = [0xbb, 0xcc];
export const hashLabels = ['0', '1', 'b', 'v'].map((digit) => digit.repeat(32));

/** Two names below the apex with the same hash, so that the index needs a collision list. */
export const collidingLabels = findCollidingLabels(apexText);

const label = fc.constantFrom('a', 'b', 'c', '*', 'B', 'long-label-of-a-host');
const owner = fc.array(label, { maxLength: 4 }).map((labels) => [...labels, apexText].join('.'));
const collidingOwner = fc.constantFrom(...collidingLabels).map((text) => `${text}.${apexText}`);
const ttl = fc.constantFrom(60, 300);

const ordinary = fc.oneof(
  fc.tuple(
    fc.constant(Type.a),
    fc.integer({ min: 0, max: 3 }).map((n) => [10, 0, 0, n]),
  ),
  fc.tuple(
    fc.constant(Type.txt),
    fc.integer({ min: 0, max: 40 }).map((n) => [1, n]),
  ),
  fc.constant<[number, number[]]>([Type.ns, [0]]),
  fc.constant<[number, number[]]>([Type.cname, [0]]),
  fc.constant<[number, number[]]>([Type.dname, [0]]),
  fc.constant<[number, number[]]>([Type.nsec, [0, 0, 1, 0x40]]),
  fc.tuple(
    fc.constant(Type.rrsig),
    fc.tuple(fc.constantFrom(1, 47, 16), fc.nat(2)).map(([t, m]) => rrsigRdata(t, m)),
  ),
);
const atApex = fc.oneof(
  fc.constant<[number, number[]]>([Type.dnskey, [1, 0, 3, 8, 1]]),
  fc.constantFrom(saltA, saltB).map((salt): [number, number[]] => [Type.nsec3param, nsec3paramRdata(1, salt)]),
  fc.nat(3).map((serial): [number, number[]] => [Type.soa, [...soaRdata(serial)]]),
);
const hashed = fc.oneof(
  fc.constantFrom(saltA, saltB).map((salt): [number, number[]] => [Type.nsec3, nsec3Rdata(1, salt)]),
  fc.nat(2).map((mark): [number, number[]] => [Type.rrsig, rrsigRdata(Type.nsec3, mark)]),
);

/** Any record that a zone might hold; names, sets and data meet often. */
export const anyRecord: fc.Arbitrary<ParsedRecord> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.oneof({ weight: 6, arbitrary: owner }, { weight: 1, arbitrary: collidingOwner }), ordinary, ttl)
      .map(([name, [type, rdata], t]) => record(name, type, rdata, t)),
  },
  { weight: 2, arbitrary: fc.tuple(atApex, ttl).map(([[type, rdata], t]) => record(apexText, type, rdata, t)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...hashLabels), hashed, ttl)
      .map(([name, [type, rdata], t]) => record(`${name}.${apexText}`, type, rdata, t)),
  },
);

/** Larger zones of the same kind, where the index has several levels. */
export const manyNames = (most: number): fc.Arbitrary<ParsedRecord[]> =>
  fc.tuple(fc.integer({ min: 100, max: most }), fc.nat(1000)).map(([count, seed]) =>
    Array.from({ length: count }, (_, i) => {
      const number = (i * 7919 + seed) % 100_003;
      const type = i % 5 === 0 ? Type.nsec : Type.txt;
      return record(`n${number}.g${number % 7}.${apexText}`, type, [1, i & 255]);
    }),
  );

export function isHashed(one: ParsedRecord): boolean {
  return one.type === Type.nsec3 || (one.type === Type.rrsig && one.rdata[0] === 0 && one.rdata[1] === Type.nsec3);
}

export function lowerOwner(one: ParsedRecord): string {
  return formatName(one.owner).toLowerCase();
}

/** All names of the zone, empty non-terminals included; those of hashed owners not. */
export function modelNames(records: readonly ParsedRecord[]): Set<string> {
  const names = new Set([apexText]);
  for (const one of records) {
    if (isHashed(one)) continue;
    for (let name = lowerOwner(one); name !== apexText; name = name.slice(name.indexOf('.') + 1)) names.add(name);
  }
  return names;
}

/** The records of an owner in the image's order: ascending type, signatures behind, duplicates dropped, the first TTL. */
export function modelTexts(records: readonly ParsedRecord[], name: string): string[] {
  const sets = new Map<number, ParsedRecord[]>();
  for (const one of records.filter((r) => !isHashed(r) && lowerOwner(r) === name)) {
    const covered = ((one.rdata[0] ?? 0) << 8) | (one.rdata[1] ?? 0);
    const key = one.type === Type.rrsig ? 2 * covered + 1 : 2 * one.type;
    const set = sets.get(key) ?? [];
    if (!set.some((other) => Buffer.compare(other.rdata, one.rdata) === 0)) set.push(one);
    sets.set(key, set);
  }
  return [...sets]
    .sort(([a], [b]) => a - b)
    .flatMap(([, set]) =>
      set.map((one) => `${one.type} ${set[0]?.ttlSeconds} ${Buffer.from(one.rdata).toString('hex')}`),
    );
}

export function modelFlags(records: readonly ParsedRecord[], name: string, names: ReadonlySet<string>): number {
  const own = records.filter((one) => !isHashed(one) && lowerOwner(one) === name);
  const has = (type: number) => own.some((one) => one.type === type);
  const isApex = name === apexText;
  const first = own[0];
  return (
    (isApex ? NodeFlag.apex : 0) |
    (has(Type.ns) && !isApex ? NodeFlag.zoneCut : 0) |
    (has(Type.dname) ? NodeFlag.dname : 0) |
    (has(Type.cname) ? NodeFlag.cname : 0) |
    (own.length === 0 && !isApex ? NodeFlag.emptyNonTerminal : 0) |
    (names.has(`*.${name}`) ? NodeFlag.wildcardChild : 0) |
    (first !== undefined && formatName(first.owner) !== name ? NodeFlag.mixedCase : 0)
  );
}

/** Names that exist and names that don't, to be asked for. */
export function questionNames(names: ReadonlySet<string>): string[] {
  const asked = new Set<string>();
  for (const name of names) for (const prefix of ['', 'a.', '*.', 'zz.', 'a.zz.', '0.']) asked.add(prefix + name);
  return [...asked];
}

/** The owner of NSEC that covers or matches a name. */
export function modelNsec(records: readonly ParsedRecord[], name: string): string | undefined {
  const owners = records.filter((one) => one.type === Type.nsec).map(lowerOwner);
  const before = owners.filter((other) => compareTexts(other, name) <= 0);
  return before.sort(compareTexts).at(-1);
}

export function compareTexts(a: string, b: string): number {
  return compareNames(wireNameFrom(a), 0, wireNameFrom(b), 0);
}

/** Everything that a version says, for comparing two of them. */
export function dump(reader: ZoneReader, version: VersionRef): unknown {
  const nodes: unknown[] = [];
  walkNodesInOrder(reader, version, (node) => nodes.push(dumpNode(reader, node)));
  let walked = 0;
  walkNodes(reader, version, () => walked++);
  const word = (index: number) => reader.words[(version >>> 2) + index] as number;
  return {
    nodes,
    walked,
    flags: reader.versionFlags(version),
    serial: reader.versionSerial(version),
    nodeCount: reader.versionNodeCount(version),
    recordCount: reader.versionRecordCount(version),
    cutCount: word(VersionWord.cutCount),
    apex: reader.nodeFlags(reader.apexNode(version)),
    nsec: treeTexts(reader, word(VersionWord.nsecTree)),
    nsec3: treeTexts(reader, word(VersionWord.nsec3Tree)),
    iterations: reader.nsec3Iterations(version),
    salt: Buffer.from(
      reader.octets.slice(
        reader.nsec3SaltOffset(version),
        reader.nsec3SaltOffset(version) + reader.nsec3SaltOctets(version),
      ),
    ).toString('hex'),
  };
}

function dumpNode(reader: ZoneReader, node: NodeRef): unknown {
  return {
    owner: formatName(reader.octets, reader.nodeOriginalNameOffset(node)),
    flags: reader.nodeFlags(node),
    children: childCountOf(reader.octets, node),
    records: recordTexts(reader, node),
  };
}

function treeTexts(reader: ZoneReader, root: number): string[] {
  const texts: string[] = [];
  walkOrdered(reader.words, root, (node) =>
    texts.push(formatName(reader.octets, reader.nodeNameOffset(node as NodeRef))),
  );
  return texts;
}
