import { TcpFrames } from '../../../src/wire/tcp-frames.ts';
import { mutateOctets } from '../engine/mutate-octets.ts';
import { linear, must, type Target } from '../engine/target.ts';

const largestFrame = 65_537;

/** A stream of messages, cut as the first octets say: each is the length of a chunk, by turns; 0 stands for 1000. */
export function createTcpFramesTarget(): Target {
  const message = Uint8Array.from({ length: 40 }, (_, i) => i);
  const frame = [0, 40, ...message];
  const chunks = [1, 1, 1, 1, 3, 7, 0, 2];
  return {
    corpus: [
      Uint8Array.from([...chunks, ...frame, ...frame, ...frame]),
      Uint8Array.from([...chunks, 0, 0, 0, 0, ...frame, 0xff, 0xff, ...message]),
      Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, ...Array.from({ length: 50 }, () => frame).flat()]),
      Uint8Array.from([...chunks, 1, 44, ...new Array(300).fill(7), ...frame]),
      Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 1, 1, 44, ...new Array(300).fill(7), ...frame]),
    ],
    mutate: mutateOctets,
    maxOctets: 8000,
    // Octet by octet each is copied once, and once more for each time that the buffer doubles.
    allowedSteps: linear(60, 14),
    expected: ['whole', 'inside'],
    run(input) {
      const cuts = input.subarray(0, 8);
      const stream = input.subarray(8);
      const frames = new TcpFrames();
      let expectedAt = 0;
      for (let at = 0, i = 0; at < stream.length; i++) {
        const octets = Math.min(cuts[i % cuts.length] || 1000, stream.length - at);
        frames.push(stream, at, octets);
        at += octets;
        while (frames.next()) {
          const told = ((stream[expectedAt] as number) << 8) | (stream[expectedAt + 1] as number);
          must(frames.messageOctets === told, 'each message has the length that stands before it');
          for (let k = 0; k < told; k++)
            must(frames.octets[frames.messageOffset + k] === stream[expectedAt + 2 + k], 'its octets are those sent');
          expectedAt += 2 + told;
          must(expectedAt <= at, 'no message is there before its octets are');
        }
        must(frames.heldOctets <= largestFrame, 'no more is held than a frame');
        must(frames.heldOctets <= Math.max(2 * (at - expectedAt), 128), 'memory follows what has come');
      }
      const left = stream.length - expectedAt;
      must(frames.isInsideMessage === left > 0, 'it knows whether a message has been cut short');
      must(
        left < 2 || left < 2 + ((stream[expectedAt] as number) << 8) + (stream[expectedAt + 1] as number),
        'all are found',
      );
      return left > 0 ? 'inside' : 'whole';
    },
  };
}
