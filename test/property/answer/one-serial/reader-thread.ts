/**
 * A reader: asks random questions of the shared zone for as long as main lets it, and tells of each answer that is not the
 * answer of exactly one of the serials that were published while it was being made.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Answerer } from '../../../../src/answer/answerer.ts';
import { Transport } from '../../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../../src/answer/response-cache.ts';
import { ZoneReader } from '../../../../src/store/zone-reader.ts';
import { Random } from '../../../interop/differential/random.ts';
import { type DecodedMessage, type DecodedRecord, decodeMessage } from '../../../interop/lib/decode-message.ts';
import { buildQuery } from '../../../interop/lib/dns-client.ts';
import { typeName } from '../../../interop/lib/types.ts';
import { type Asked, askedAt, expectedAt } from './model.ts';

export interface ReaderData {
  readonly arena: SharedArrayBuffer;
  readonly readerIndex: number;
  readonly seed: number;
  /** Words: 0 the newest serial that may be visible, 1 the newest that surely is, 2 stop, 3 + r how many answers reader r has made. */
  readonly words: SharedArrayBuffer;
}

export interface ReaderReport {
  readonly answers: number;
  readonly serialsSeen: number;
  readonly wrong: readonly string[];
}

const { arena, readerIndex, seed, words } = workerData as ReaderData;
const shared = new Int32Array(words);
const reader = new ZoneReader(arena, readerIndex);
const settings = {
  ednsUdpOctets: 1232,
  minimalResponses: 'no-auth-recursive',
  version: undefined,
  hostname: undefined,
  serverId: undefined,
} as const;
// Every other reader has a cache in front, which must not mix serials either.
const cache = readerIndex % 2 === 0 ? undefined : new ResponseCache(reader);
const answerer = new Answerer(reader, settings, cache);
const response = new Uint8Array(65_535);
const random = new Random(seed);
const serialsSeen = new Set<number>();
const wrong: string[] = [];
let answers = 0;

while (Atomics.load(shared, 2) === 0) {
  const asked = askedAt((bound) => random.below(bound));
  const query = buildQuery({ name: asked.name, type: asked.type, flags: 0x0100 });
  const oldest = Atomics.load(shared, 1);
  reader.enter();
  const octets = answerer.answer(query, 0, query.length, Transport.udp, 0, response, 0);
  reader.leave();
  const newest = Atomics.load(shared, 0);
  answers++;
  Atomics.store(shared, 3 + readerIndex, answers);
  judge(asked, decodeMessage(response.slice(0, octets)), oldest, newest);
  if (wrong.length > 5) break;
}
parentPort?.postMessage({ answers, serialsSeen: serialsSeen.size, wrong } satisfies ReaderReport);

function judge(asked: Asked, message: DecodedMessage, oldest: number, newest: number): void {
  const sections = [...message.answer, ...message.authority, ...message.additional];
  const records = sections
    .filter(({ type }) => type !== 41)
    .map(describe)
    .sort();
  const said = JSON.stringify({ rcode: message.rcode, records });
  for (let serial = oldest; serial <= newest; serial++) {
    if (said !== JSON.stringify(expectedAt(serial, asked))) continue;
    serialsSeen.add(serial);
    return;
  }
  wrong.push(`${asked.name} ${asked.type} between serials ${oldest} and ${newest}: ${said}`);
}

function describe({ owner, type, rdataText }: DecodedRecord): string {
  const fields = rdataText.split(' ');
  const data: Record<string, string | undefined> = {
    SOA: fields[2],
    TXT: fields[0]?.replaceAll('"', ''),
    SRV: `${fields[2]} ${fields[3]}`,
  };
  return `${owner.toLowerCase()} ${typeName(type)} ${data[typeName(type)] ?? rdataText}`;
}
