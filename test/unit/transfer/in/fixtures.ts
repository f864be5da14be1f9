/** Messages of transfers that dnspython has written (make-fixtures.py), and what to take them with. */
import { readFileSync } from 'node:fs';
import { typeText } from '../../../../src/rr/mnemonics.ts';
import { formatRdata } from '../../../../src/rr/rdata.ts';
import {
  IncomingTransfer,
  type MessageVerifier,
  type TransferBounds,
} from '../../../../src/transfer/in/incoming-transfer.ts';
import type { TransferSink } from '../../../../src/transfer/in/record-sequence.ts';
import { formatName, wireNameFrom } from '../../../../src/wire/name.ts';
import type { ParsedRecord } from '../../../../src/zonefile/record-sink.ts';

const texts = JSON.parse(readFileSync(new URL('fixtures.json', import.meta.url), 'utf8')) as Record<string, string[]>;

export const apex = wireNameFrom('example.');

/** The messages of a transfer. */
export function messages(name: string): Uint8Array[] {
  const found = texts[name];
  if (found === undefined) throw new Error(`no fixture ${name}`);
  return found.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
}

/** As they go over a stream. */
export function streamOf(all: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(all.flatMap((message) => [message.length >> 8, message.length & 255, ...message]));
}

/** Writes down what comes, one line each: `+` added, `-` removed. */
export class WrittenSink implements TransferSink {
  readonly lines: string[] = [];

  startZone(): void {
    this.lines.push('zone');
  }

  startDelta(): void {
    this.lines.push('delta');
  }

  addRecord(record: ParsedRecord): void {
    this.lines.push(`+ ${lineOf(record)}`);
  }

  removeRecord(record: ParsedRecord): void {
    this.lines.push(`- ${lineOf(record)}`);
  }
}

function lineOf({ owner, type, ttlSeconds, rdata, rdataOctets }: ParsedRecord): string {
  return `${formatName(owner)} ${ttlSeconds} ${typeText(type)} ${formatRdata(type, rdata, 0, rdataOctets)}`;
}

export interface TakeOptions {
  readonly fromSerial?: number;
  readonly bounds?: Partial<TransferBounds>;
  readonly verifier?: MessageVerifier;
}

/** Begin to take the answer to a question with the fixtures' id. */
export function begin({ fromSerial, bounds, verifier }: TakeOptions = {}) {
  const sink = new WrittenSink();
  const all = { records: Number.POSITIVE_INFINITY, octets: Number.POSITIVE_INFINITY, ...bounds };
  const transfer = new IncomingTransfer({ apex, zoneClass: 1, id: 0x1234, fromSerial }, all, verifier, sink);
  return { transfer, sink };
}

/** Take these messages, in one chunk. */
export function take(all: readonly Uint8Array[], options: TakeOptions = {}) {
  const { transfer, sink } = begin(options);
  transfer.push(streamOf(all));
  return { transfer, lines: sink.lines };
}
