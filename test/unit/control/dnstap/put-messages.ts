/** Messages in a ring as a worker would put them there. */
import { TapProtocol, TapType } from '../../../../src/plane/rings/tap-record.ts';
import type { TapRingWriter } from '../../../../src/plane/rings/tap-ring.ts';

export const ends = {
  family: 4,
  octets: Uint8Array.of(192, 0, 2, 7),
  offset: 0,
  port: 5060,
  local: Uint8Array.of(192, 0, 2, 53),
  localOffset: 0,
} as const;

export const allTypes = Object.values(TapType).reduce((set, type) => set | (1 << type), 0);

/** `count` questions of 12 octets or more, the first four of which are the number of each, from `first` on. */
export function putMessages(writer: TapRingWriter, count: number, first = 0, octets = 12): void {
  const message = Buffer.alloc(octets);
  for (let i = first; i < first + count; i++) {
    message.writeUInt32BE(i);
    writer.append(TapType.authQuery, 1_795_409_242_983, ends, 53, TapProtocol.udp, message, 0, octets);
  }
  writer.publish();
}
