import { FrameEncoder } from '../../../src/control/dnstap/frame-encoder.ts';
import { ControlType, controlFrame, parseControl } from '../../../src/control/dnstap/frame-stream.ts';
import { maxTapOctets, type TapProtocol, TapType } from '../../../src/plane/rings/tap-record.ts';
import { createTapRing, TapRingReader, TapRingWriter } from '../../../src/plane/rings/tap-ring.ts';
import { decodeTap, splitFrames } from '../../unit/control/dnstap/decode-tap.ts';
import { allTypes } from '../../unit/control/dnstap/put-messages.ts';
import { readHex } from '../corpus/read-corpus.ts';
import { concat, mutateBehind, mutateOctets } from '../engine/mutate-octets.ts';
import { uncounted } from '../engine/steps.ts';
import { linear, must, type Target } from '../engine/target.ts';

const types = Object.values(TapType);
const head = 16;

/**
 * Messages on their way to a dnstap file: through the ring, into frames, which another decoder reads. Or, where the first octet is odd,
 * what a collector says (Frame Streams), in chunks of so many octets as the second octet says.
 *
 *     how   chunk   type   family   protocol   octets of the apex   our port (2)   time (8)   message
 */
export function createDnstapTarget(): Target {
  const ring = createTapRing(262_144);
  const writer = new TapRingWriter({ ring, types: allTypes });
  const reader = new TapRingReader(ring);
  const encoders = [
    new FrameEncoder({ identity: 'ns1', version: 'Ringzone' }),
    new FrameEncoder({ identity: undefined, version: undefined }),
  ];
  const messages = readHex('messages.txt');
  const controls = Object.values(ControlType).map((type) => controlFrame(type));
  return {
    corpus: [
      ...messages.map((message, i) =>
        concat(Uint8Array.of(0, 0, i % 4, i % 2, i % 3, i % 20, 0, 53, 0, 0, 1, 0x9c, 0, i, 0, 0), message),
      ),
      ...controls.map((frame, i) =>
        concat(Uint8Array.of(1, i), new Uint8Array(head - 2), frame, controls[0] as Uint8Array),
      ),
    ],
    mutate: mutateBehind(head, mutateOctets),
    maxOctets: 4096,
    allowedSteps: linear(3000, 20),
    expected: ['frame', 'control', 'no control'],
    run(input) {
      if (input.length < head) return 'none';
      if (((input[0] as number) & 1) !== 0) return runControl(input.subarray(head), input[1] as number);
      const encoder = encoders[((input[0] as number) >> 1) % 2] as FrameEncoder;
      const message = put(writer, input);
      let frames = 0;
      reader.read((record) => {
        encoder.put(record);
        frames++;
        return true;
      });
      must(frames === 1, 'what is put into the ring comes out');
      uncounted(() => judge(encoder.frames.slice(), message));
      encoder.clear();
      return 'frame';
    },
  };
}

function put(writer: TapRingWriter, input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, head);
  const [, , type, family, protocol, apexOctets] = input as unknown as number[];
  const message = input.subarray(head);
  must(message.length < maxTapOctets, 'a record holds any message');
  const octets = new Uint8Array(16).fill(family as number);
  const ends = {
    family: (family as number) % 2 === 0 ? 4 : 6,
    octets,
    offset: 0,
    port: 4711,
    local: octets,
    localOffset: 0,
  } as const;
  // As a clock has it: milliseconds, and parts of one.
  const timeMs = (view.getBigUint64(8) % 4_000_000_000_000_000n) / 1000n;
  const apex = new Uint8Array(255).fill(0x61);
  const which = types[(type as number) % types.length] as TapType;
  const by = (1 + ((protocol as number) % 3)) as TapProtocol;
  const fraction = (input[15] as number) / 256;
  writer.append(
    which,
    Number(timeMs) + fraction,
    ends,
    view.getUint16(6),
    by,
    message,
    0,
    message.length,
    apex,
    apexOctets,
  );
  writer.publish();
  return message;
}

function judge(frames: Uint8Array, message: Uint8Array): void {
  const { data } = splitFrames(frames);
  must(data.length === 1, 'there is one frame');
  const decoded = decodeTap(data[0] as Buffer);
  const octets = decoded.query ?? decoded.response;
  must(octets === Buffer.from(message).toString('hex'), 'the frame has the message');
  const nanoseconds = decoded.queryNanoseconds ?? decoded.responseNanoseconds;
  must(typeof nanoseconds === 'number' && nanoseconds < 1_000_000_000, 'nanoseconds are less than a second');
}

/** As TapSocket reads them. */
function runControl(stream: Uint8Array, chunkOctets: number): string {
  let received = new Uint8Array(0);
  let found = 0;
  const step = chunkOctets === 0 ? Math.max(stream.length, 1) : chunkOctets;
  for (let at = 0; at < stream.length; at += step) {
    received = concat(received, stream.subarray(at, at + step)) as Uint8Array<ArrayBuffer>;
    for (;;) {
      const control = parseControl(received);
      if (control === undefined) break;
      if (control === 'malformed') return 'no control';
      must(control.octets >= 12 && control.octets <= received.length, 'a frame is as long as its octets');
      received = received.slice(control.octets);
      found++;
    }
    must(received.length <= 520 + step, 'no more is held than a frame');
  }
  return found > 0 ? 'control' : 'unfinished';
}
