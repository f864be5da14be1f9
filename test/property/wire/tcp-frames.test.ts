import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TcpFrames } from '../../../src/wire/tcp-frames.ts';

function frame(message: Uint8Array): Uint8Array {
  return Uint8Array.of(message.length >> 8, message.length & 255, ...message);
}

/** Feed the pieces, each in a buffer that is overwritten afterwards as a reused receive buffer would be. */
function readAll(frames: TcpFrames, pieces: readonly Uint8Array[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (const piece of pieces) {
    const chunk = Uint8Array.of(0xee, ...piece, 0xee);
    frames.push(chunk, 1, piece.length);
    while (frames.next()) {
      messages.push(frames.octets.slice(frames.messageOffset, frames.messageOffset + frames.messageOctets));
    }
    chunk.fill(0xdd);
  }
  return messages;
}

function split(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  return [...places, stream.length].map((place, i) => stream.slice(places[i - 1] ?? 0, place));
}

describe('TcpFrames', () => {
  test('gives the messages of a stream however it is cut', () => {
    const message = fc.uint8Array({ maxLength: 600 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat(6000), { maxLength: 40 }), (messages, cuts) => {
        const stream = Uint8Array.from(messages.flatMap((each) => [...frame(each)]));
        const frames = new TcpFrames();
        expect(readAll(frames, split(stream, cuts))).toEqual(messages);
        expect(frames.isInsideMessage).toBe(false);
        expect(frames.heldOctets).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  test('gives them octet by octet, and all in one piece', () => {
    const messages = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(300).fill(7), Uint8Array.of(9)];
    const stream = Uint8Array.from(messages.flatMap((each) => [...frame(each)]));
    expect(
      readAll(
        new TcpFrames(),
        Array.from(stream, (octet) => Uint8Array.of(octet)),
      ),
    ).toEqual(messages);
    expect(readAll(new TcpFrames(), [stream])).toEqual(messages);
  });

  test('takes the largest message, and holds memory for what has come, not for what was promised', () => {
    const largest = new Uint8Array(65_535).map((_, i) => i);
    const frames = new TcpFrames();
    expect(readAll(frames, [Uint8Array.of(0xff, 0xff, ...largest.slice(0, 1000))])).toEqual([]);
    expect(frames.isInsideMessage).toBe(true);
    expect(frames.heldOctets).toBeLessThan(3000);
    const pieces = Array.from({ length: 65 }, (_, i) => largest.slice(1000 * (i + 1), 1000 * (i + 2)));
    expect(readAll(frames, pieces)).toEqual([largest]);
    expect(frames.heldOctets).toBe(0);
  });

  test('never holds more than one frame and its growth', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 60 }), (pieces) => {
        const frames = new TcpFrames();
        for (const piece of pieces) {
          readAll(frames, [piece]);
          expect(frames.heldOctets).toBeLessThanOrEqual(65_537);
        }
      }),
      { numRuns: 100 },
    );
  });
});
