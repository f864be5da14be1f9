/** Views on the data of a log ring: plain typed arrays, aligned, made once. All offsets are multiples of 8. */
import { copyOctets } from '../../base/octets.ts';

/** Marks the unused end of the ring. Kinds of records are positive. */
const gapKind = 0;

export class LogViews {
  readonly octets: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly f64: Float64Array;

  constructor(buffer: SharedArrayBuffer, byteOffset: number) {
    const length = buffer.byteLength - byteOffset;
    this.octets = new Uint8Array(buffer, byteOffset, length);
    this.u16 = new Uint16Array(buffer, byteOffset, length / 2);
    this.u32 = new Uint32Array(buffer, byteOffset, length / 4);
    this.f64 = new Float64Array(buffer, byteOffset, length / 8);
  }

  /** The length of the record at `at`, its head included. */
  octetsAt(at: number): number {
    return this.u32[at >>> 2] as number;
  }

  kindAt(at: number): number {
    return this.u32[(at >>> 2) + 1] as number;
  }

  putHead(at: number, octets: number, kind: number): void {
    this.u32[at >>> 2] = octets;
    this.u32[(at >>> 2) + 1] = kind;
  }

  putGap(at: number, octets: number): void {
    this.putHead(at, octets, gapKind);
  }

  isGapAt(at: number): boolean {
    return this.kindAt(at) === gapKind;
  }

  putOctets(at: number, from: Uint8Array, fromOffset: number, length: number): void {
    copyOctets(from, fromOffset, this.octets, at, length);
  }
}
