/** Zones whole (AXFR, RFC 5936) or as changes (IXFR, RFC 1995), applied to the version that was had before. */
import { connect } from 'node:net';
import { type DecodedMessage, type DecodedRecord, decodeMessage } from '../../interop/lib/decode-message.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';
import { nameToWire } from '../../interop/lib/names.ts';
import { rcodeName, typeName } from '../../interop/lib/types.ts';
import { formatRecord, type ModelRecord, ZoneContent } from '../model/zone-content.ts';
import { MessageFrames } from './message-frames.ts';

export type Transfer =
  | { readonly kind: 'zone'; readonly content: ZoneContent; readonly way: 'axfr' | 'ixfr' | 'unchanged' }
  /** The connection ended, or it was refused: `reason`. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface TransferOptions {
  readonly port: number;
  readonly apex: string;
  /** With it IXFR is asked for. */
  readonly since?: ZoneContent;
  readonly timeoutMs?: number;
}

export async function transferZone(options: TransferOptions): Promise<Transfer> {
  const { apex, since } = options;
  const query = since === undefined ? buildQuery({ name: apex, type: 'AXFR' }) : buildIxfr(since);
  const received = await receive(query, options);
  if (typeof received === 'string') return { kind: 'failed', reason: received };
  const records = received.map(modelRecord);
  if (records.length === 1 && since !== undefined) return { kind: 'zone', content: since, way: 'unchanged' };
  const isIncremental = since !== undefined && records[1]?.type === 'SOA';
  if (isIncremental) return { kind: 'zone', content: applyIxfr(since, records), way: 'ixfr' };
  return { kind: 'zone', content: new ZoneContent(apex, records.slice(0, -1)), way: 'axfr' };
}

/** RFC 1995 §3: the SOA that the client has stands in the authority section. */
function buildIxfr(since: ZoneContent): Uint8Array {
  const [mname = '', rname = '', ...numbers] = since.set(since.apex, 'SOA')[0]?.rdata.split(' ') ?? [];
  const data = [...nameToWire(mname), ...nameToWire(rname), ...numbers.flatMap((number) => u32(Number(number)))];
  const query = buildQuery({ name: since.apex, type: 'IXFR' });
  query[9] = 1;
  const soa = [...nameToWire(since.apex), 0, 6, 0, 1, ...u32(0), data.length >>> 8, data.length & 255, ...data];
  return Uint8Array.from([...query, ...soa]);
}

/** All records of all messages, or why they did not all come. */
function receive(
  query: Uint8Array,
  { port, since, timeoutMs = 20_000 }: TransferOptions,
): Promise<readonly DecodedRecord[] | string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const frames = new MessageFrames();
    const records: DecodedRecord[] = [];
    const end = (result: readonly DecodedRecord[] | string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end('time-out'), timeoutMs);
    socket.on('connect', () => socket.write(Buffer.concat([Buffer.of(query.length >>> 8, query.length & 255), query])));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.on('close', () => end('closed'));
    socket.on('data', (chunk) => {
      for (const octets of frames.add(chunk)) {
        const message: DecodedMessage = decodeMessage(octets);
        if (message.rcode !== 0) return end(rcodeName(message.rcode));
        records.push(...message.answer);
        if (isWhole(records) || isUnchanged(records, since)) return end(records);
      }
    });
  });
}

/** The SOA that it began with ends it; of IXFR it stands between the changes, too. */
function isWhole(records: readonly DecodedRecord[]): boolean {
  const [first, second] = records;
  const last = records.at(-1);
  if (first === undefined || first.type !== 6 || last?.type !== 6 || last.rdataText !== first.rdataText) return false;
  if (second === undefined) return false;
  // Each change begins with two SOA, so that the newest one stands once more before what was added last.
  const isIncremental = second.type === 6 && second !== last;
  if (!isIncremental) return records.length > 1;
  const times = records.filter(({ type, rdataText }) => type === 6 && rdataText === first.rdataText).length;
  return times === 3;
}

/** RFC 1995 §2: the SOA alone, where there is nothing newer. */
function isUnchanged(records: readonly DecodedRecord[], since: ZoneContent | undefined): boolean {
  return records.length === 1 && Number(records[0]?.rdataText.split(' ')[2]) === since?.serial;
}

/** RFC 1995 §4: after the newest SOA, for each change the old SOA, what goes, the new SOA, and what comes. */
function applyIxfr(since: ZoneContent, records: readonly ModelRecord[]): ZoneContent {
  const held = new Map(since.records.map((record) => [formatRecord(record), record]));
  let isAdding = true;
  for (const record of records.slice(1, -1)) {
    if (record.type === 'SOA') isAdding = !isAdding;
    const key = formatRecord(record);
    if (isAdding === held.has(key))
      throw new Error(`IXFR ${isAdding ? 'adds what is there' : 'removes what is not there'}: ${key}`);
    if (isAdding) held.set(key, record);
    else held.delete(key);
  }
  return new ZoneContent(since.apex, [...held.values()]);
}

function modelRecord({ owner, type, ttl, rdataText }: DecodedRecord): ModelRecord {
  return { owner: owner.toLowerCase(), type: typeName(type), ttl, rdata: rdataText };
}

function u32(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
