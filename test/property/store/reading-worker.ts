/**
 * A thread that reads a zone for as long as it is told to, and checks that each look at it shows one serial: the TXT at
 * every name carries the zone's serial, and the SOA's last field the number of names with a TXT.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { u32At } from '../../../src/base/octets.ts';
import { LookupName } from '../../../src/store/index/lookup-name.ts';
import type { NodeRef, VersionRef } from '../../../src/store/zone-reader.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { walkNodes } from '../../../src/store/zone-walk.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';

interface Work {
  readonly arena: SharedArrayBuffer;
  readonly readerIndex: number;
  /** Word 0 says stop; word 1 + readerIndex is how many serials were seen. */
  readonly progress: Int32Array;
  readonly apex: string;
  readonly names: readonly string[];
}

const { arena, readerIndex, progress, apex, names } = workerData as Work;
const reader = new ZoneReader(arena, readerIndex);
const lookups = [apex, ...names].map((text) => {
  const name = new LookupName();
  name.assign(wireNameFrom(text), 0);
  return name;
});
const [apexName] = lookups as [LookupName];
const seenSerials = new Set<number>();
let problem = '';

while (Atomics.load(progress, 0) === 0 && problem === '') {
  reader.enter();
  const zone = reader.findZone(0, 1, apexName);
  for (let i = 0; i < 3; i++) readOnce(reader.takeVersion(zone));
  reader.leave();
  Atomics.store(progress, 1 + readerIndex, seenSerials.size);
}
parentPort?.postMessage({ serials: seenSerials.size, problem });

function readOnce(version: VersionRef): void {
  const serial = reader.versionSerial(version);
  seenSerials.add(serial);
  const soa = reader.findRrset(reader.apexNode(version), 6);
  if (u32At(reader.octets, reader.rrsetDataOffset(soa) + 4) !== serial) problem = `SOA differs from serial ${serial}`;
  for (const name of lookups) {
    const node = reader.findNode(version, name, name.labelCount);
    if (node !== 0) checkNode(node, serial);
    const owner = reader.findNsecAtOrBefore(version, name, name.labelCount);
    checkNode(owner, serial);
  }
  let withText = 0;
  walkNodes(reader, version, (node) => {
    if (checkNode(node, serial)) withText++;
  });
  const expected = u32At(reader.octets, reader.rrsetDataOffset(soa) + 2 + 18);
  if (withText !== expected) problem = `serial ${serial}: ${withText} names instead of ${expected}`;
}

/** Whether the node has a TXT; if so it must be of this serial. */
function checkNode(node: NodeRef, serial: number): boolean {
  const txt = reader.findRrset(node, 16);
  if (txt === 0) return false;
  const at = reader.rrsetDataOffset(txt) + 2;
  if (u32At(reader.octets, at) !== serial) problem = `serial ${serial}: TXT of ${u32At(reader.octets, at)}`;
  return true;
}
