/** A ring of messages from one thread (the only writer) to the dnstap thread (the only reader): see record-ring.ts. */
import { createRing, RingReader, RingWriter } from './record-ring.ts';
import {
  fixedTapOctets,
  hasTapType,
  maxTapOctets,
  StoredTap,
  type TapEnds,
  type TapProtocol,
  type TapType,
} from './tap-record.ts';

/**
 * A question over UDP and its answer take some 360 octets. 100,000 a second on one worker, and a collector that is held up for
 * 200 ms, make 100,000 x 360 x 0.2 = 7.2 million. Made only where dnstap is wanted.
 */
const defaultOctets = 8_388_608;

/** Make a ring whose data part has `octets` octets: a power of two that holds two of the longest records, or more. */
export function createTapRing(octets = defaultOctets): SharedArrayBuffer {
  return createRing(octets);
}

/** What a thread that takes or sends messages needs to tell dnstap of them. */
export interface TapStart {
  readonly ring: SharedArrayBuffer;
  /** Those wanted: see `hasTapType`. */
  readonly types: number;
}

const noApex = new Uint8Array(0);

export class TapRingWriter {
  private readonly ring: RingWriter;
  private readonly types: number;

  constructor({ ring, types }: TapStart) {
    this.ring = new RingWriter(ring);
    this.types = types;
  }

  wants(type: TapType): boolean {
    return hasTapType(this.types, type);
  }

  /**
   * Put the message `octets[offset, offset + length)` behind the others, if its type is wanted; `apex` is that of its zone in wire
   * format, of `apexOctets` octets. The reader sees it after `publish`. Where there is no room it is dropped.
   */
  append(
    type: TapType,
    timeMs: number,
    ends: TapEnds,
    localPort: number,
    protocol: TapProtocol,
    octets: Uint8Array,
    offset: number,
    length: number,
    apex = noApex,
    apexOctets = 0,
  ): void {
    if (!this.wants(type)) return;
    const { views } = this.ring;
    const total = (fixedTapOctets + apexOctets + length + 7) & ~7;
    const at = this.ring.reserve(total);
    if (at < 0) return;
    const addressOctets = ends.family === 4 ? 4 : 16;
    views.putHead(at, total, type);
    views.f64[(at + 8) >>> 3] = timeMs;
    views.putOctets(at + 16, ends.octets, ends.offset, addressOctets);
    views.putOctets(at + 32, ends.local, ends.localOffset, addressOctets);
    views.u16[(at + 48) >>> 1] = ends.port;
    views.u16[(at + 50) >>> 1] = localPort;
    views.octets[at + 52] = ends.family;
    views.octets[at + 53] = protocol;
    views.u16[(at + 54) >>> 1] = apexOctets;
    views.u32[(at + 56) >>> 2] = length;
    views.putOctets(at + fixedTapOctets, apex, 0, apexOctets);
    views.putOctets(at + fixedTapOctets + apexOctets, octets, offset, length);
  }

  /** Show the reader all that has been appended; once per batch. */
  publish(): void {
    this.ring.publish();
  }
}

export class TapRingReader {
  /** To wait for records, and to ask for those that were dropped. */
  readonly ring: RingReader;
  private readonly stored: StoredTap;

  constructor(ring: SharedArrayBuffer) {
    this.ring = new RingReader(ring, maxTapOctets);
    this.stored = new StoredTap(this.ring.views);
  }

  /**
   * Give what was published before to `take`, oldest first, as long as it returns true; it gets one object again and again. Returns
   * how many records it took.
   */
  read(take: (record: StoredTap) => boolean): number {
    const { ring, stored } = this;
    let count = 0;
    ring.begin();
    for (let at = ring.next(); at >= 0; at = ring.next()) {
      stored.moveTo(at);
      count++;
      if (!take(stored)) break;
    }
    ring.end();
    return count;
  }
}
