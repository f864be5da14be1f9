/** Reads transfers as cheaply as can be: counts what the messages say of themselves, and looks at no record but the number of SOAs. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TransferOrder, TransferResult } from './transfer-messages.ts';

/** Length and header. */
const headOctets = 14;
/** A server that has not sent anything for so long has ended without a word. */
const silentMs = 3000;

export async function readTransfers(order: Extract<TransferOrder, { kind: 'transfer' }>): Promise<TransferResult> {
  const startMs = performance.now();
  const endMs = order.seconds === undefined ? Number.POSITIVE_INFINITY : startMs + order.seconds * 1000;
  let last = { records: 0, messages: 0, octets: 0 };
  let transfers = 0;
  do {
    last = await readTransfer(order.port, order.question);
    transfers++;
  } while (performance.now() < endMs && transfers < (order.count ?? Number.POSITIVE_INFINITY));
  return { transfers, ...last, seconds: (performance.now() - startMs) / 1000 };
}

async function readTransfer(port: number, question: Uint8Array): Promise<typeof counts> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const counts = { records: 0, messages: 0, octets: 0 };
  const reader = new FrameReader(counts, expectedRecords.get(port));
  socket.on('data', (chunk) => {
    if (reader.take(chunk)) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.setTimeout(silentMs, () => socket.destroy());
  await once(socket, 'connect');
  socket.write(Buffer.concat([Buffer.of(question.length >> 8, question.length & 255), question]));
  await once(socket, 'close');
  expectedRecords.set(port, counts.records);
  // Let the server see the end of the connection before the next one.
  await sleep(1);
  return counts;
}

/** How many records the zone has, known after the first transfer from a server, which ends by silence. */
const expectedRecords = new Map<number, number>();

class FrameReader {
  private readonly counts: { records: number; messages: number; octets: number };
  private readonly expected: number;
  private readonly head = Buffer.alloc(headOctets);
  private headFilled = 0;
  private skip = 0;

  constructor(counts: { records: number; messages: number; octets: number }, expected: number | undefined) {
    this.counts = counts;
    this.expected = expected ?? Number.POSITIVE_INFINITY;
  }

  /** True when all records that are expected are there. */
  take(chunk: Buffer): boolean {
    const { counts, head } = this;
    counts.octets += chunk.length;
    let at = 0;
    while (at < chunk.length) {
      if (this.skip > 0) {
        const passed = Math.min(this.skip, chunk.length - at);
        this.skip -= passed;
        at += passed;
        continue;
      }
      const copied = chunk.copy(head, this.headFilled, at, at + headOctets - this.headFilled);
      this.headFilled += copied;
      at += copied;
      if (this.headFilled < headOctets) continue;
      this.headFilled = 0;
      this.skip = head.readUInt16BE(0) - (headOctets - 2);
      counts.messages++;
      counts.records += head.readUInt16BE(8);
    }
    return counts.records >= this.expected && this.skip === 0;
  }
}
