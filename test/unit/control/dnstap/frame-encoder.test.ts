import { expect, test } from 'vitest';
import { FrameEncoder } from '../../../../src/control/dnstap/frame-encoder.ts';
import { TapProtocol, TapType } from '../../../../src/plane/rings/tap-record.ts';
import { createTapRing, TapRingReader, TapRingWriter } from '../../../../src/plane/rings/tap-ring.ts';
import { decodeTap, splitFrames } from './decode-tap.ts';
import { allTypes, ends } from './put-messages.ts';

function encode(encoder: FrameEncoder, put: (writer: TapRingWriter) => void) {
  const ring = createTapRing(262_144);
  const writer = new TapRingWriter({ ring, types: allTypes });
  put(writer);
  writer.publish();
  new TapRingReader(ring).read((record) => {
    encoder.put(record);
    return true;
  });
  return splitFrames(encoder.frames).data.map(decodeTap);
}

const ipv6 = {
  ...ends,
  family: 6,
  octets: Uint8Array.from({ length: 16 }, (_, i) => i),
  local: Uint8Array.from({ length: 16 }, (_, i) => 255 - i),
} as const;

test('a question and its answer, with the fields that BIND gives them', () => {
  const encoder = new FrameEncoder({ identity: 'ns1', version: 'Ringzone 1' });
  const query = Uint8Array.of(1, 2, 3, 4);
  const apex = Uint8Array.of(1, 0x61, 0);
  const frames = encode(encoder, (writer) => {
    writer.append(TapType.authQuery, 1_795_409_242_983, ends, 53, TapProtocol.udp, query, 1, 3);
    writer.append(TapType.authResponse, 1_795_409_243_007.5, ipv6, 853, TapProtocol.dot, query, 0, 4, apex, 3);
  });
  expect(frames).toEqual([
    {
      identity: 'ns1',
      version: 'Ringzone 1',
      type: 1,
      family: 1,
      protocol: 1,
      queryAddress: 'c0000207',
      responseAddress: 'c0000235',
      queryPort: 5060,
      responsePort: 53,
      querySeconds: 1_795_409_242,
      queryNanoseconds: 983_000_000,
      query: '020304',
    },
    {
      identity: 'ns1',
      version: 'Ringzone 1',
      type: 2,
      family: 2,
      protocol: 3,
      queryAddress: '000102030405060708090a0b0c0d0e0f',
      responseAddress: 'fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0',
      queryPort: 5060,
      responsePort: 853,
      zone: '016100',
      responseSeconds: 1_795_409_243,
      responseNanoseconds: 7_500_000,
      response: '01020304',
    },
  ]);
});

test('nothing is said of identity and version where there is none; updates have their own types', () => {
  const encoder = new FrameEncoder({ identity: undefined, version: undefined });
  const frames = encode(encoder, (writer) => {
    writer.append(TapType.updateQuery, 1000, ends, 53, TapProtocol.tcp, Uint8Array.of(9), 0, 1);
    writer.append(TapType.updateResponse, 2000, ends, 53, TapProtocol.tcp, Uint8Array.of(8), 0, 1);
  });
  expect(frames).toMatchObject([
    { type: 13, protocol: 2, query: '09', querySeconds: 1 },
    { type: 14, response: '08', responseSeconds: 2 },
  ]);
  for (const frame of frames) expect(Object.keys(frame)).not.toContain('identity');
});

test('messages of every length, which take lengths of one to three octets, up to 65,535', () => {
  const encoder = new FrameEncoder({ identity: 'ns1', version: undefined });
  const lengths = [1, 60, 80, 90, 127, 128, 16_300, 16_384, 65_535, 65_535, 65_535];
  const octets = Uint8Array.from({ length: 65_535 }, (_, i) => (i * 31) & 255);
  for (let round = 0; round < 2; round++) {
    const frames = lengths.flatMap((length) => {
      encoder.clear();
      return encode(encoder, (writer) =>
        writer.append(TapType.authResponse, 0, ends, 53, TapProtocol.tcp, octets, 0, length),
      );
    });
    expect(frames.map(({ response }) => response)).toEqual(
      lengths.map((length) => Buffer.from(octets.subarray(0, length)).toString('hex')),
    );
  }
  expect(encoder.count).toBe(1);
});
