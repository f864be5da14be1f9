/**
 * A program of classic BPF (Linux, Documentation/networking/filter.rst), as it is put together: an accumulator A, an index X, sixteen words
 * of scratch memory, a packet, and jumps that only go forward. The kernel proves that it ends.
 */
import { assert } from '../../../base/assert.ts';

/** BPF_MAXINSNS. */
export const maxInstructions = 4096;
export const instructionOctets = 8;

/** Operation codes, by what they do. Packet: `A` from a fixed offset, or from one beside X. */
export const Op = {
  loadWord: 0x20,
  loadHalf: 0x28,
  loadWordBeside: 0x40,
  loadHalfBeside: 0x48,
  loadOctetBeside: 0x50,
  loadOctet: 0x30,
  loadLength: 0x80,
  /** A or X from scratch memory, or a constant; A into scratch memory. */
  recall: 0x60,
  recallX: 0x61,
  set: 0x00,
  store: 0x02,
  /** A by a constant, or by X. */
  add: 0x04,
  addX: 0x0c,
  subtract: 0x14,
  multiply: 0x24,
  modulo: 0x94,
  or: 0x44,
  orX: 0x4c,
  and: 0x54,
  shiftLeft: 0x64,
  shiftRight: 0x74,
  xor: 0xa4,
  xorX: 0xac,
  aToX: 0x07,
  jump: 0x05,
  ifEqual: 0x15,
  ifEqualX: 0x1d,
  ifGreater: 0x25,
  ifAtLeast: 0x35,
  ifAtLeastX: 0x3d,
  give: 0x06,
  giveA: 0x16,
} as const;
export type Op = (typeof Op)[keyof typeof Op];

/** A place to jump to; made before it is known where that is. */
export class Label {
  at = -1;
}

interface Instruction {
  readonly op: Op;
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly value: number;
  readonly target?: Label;
}

export class BpfProgram {
  private readonly instructions: Instruction[] = [];

  get length(): number {
    return this.instructions.length;
  }

  add(op: Op, value = 0): void {
    this.instructions.push({ op, ifTrue: 0, ifFalse: 0, value });
  }

  /** Skip the next `count` instructions where the comparison holds. */
  skipIf(op: Op, value: number, count: number): void {
    this.instructions.push({ op, ifTrue: count, ifFalse: 0, value });
  }

  /** Go to the label where the comparison holds; it may be far away. */
  jumpIf(op: Op, value: number, target: Label): void {
    this.instructions.push({ op, ifTrue: 0, ifFalse: 1, value });
    this.jump(target);
  }

  /** Go to the label where the comparison does not hold. */
  jumpUnless(op: Op, value: number, target: Label): void {
    this.instructions.push({ op, ifTrue: 1, ifFalse: 0, value });
    this.jump(target);
  }

  jump(target: Label): void {
    this.instructions.push({ op: Op.jump, ifTrue: 0, ifFalse: 0, value: 0, target });
  }

  /** The next instruction is what the label stands for. */
  place(label: Label): void {
    label.at = this.instructions.length;
  }

  /** As the kernel takes it: struct sock_filter, little-endian: code u16, jt u8, jf u8, k u32. */
  toOctets(): Uint8Array {
    assert(this.length <= maxInstructions, 'a program of BPF has its bounds');
    const octets = new Uint8Array(this.length * instructionOctets);
    const view = new DataView(octets.buffer);
    for (const [i, { op, ifTrue, ifFalse, value, target }] of this.instructions.entries()) {
      const at = i * instructionOctets;
      assert(target === undefined || target.at > i, 'a jump goes forward, to a place that there is');
      view.setUint16(at, op, true);
      octets[at + 2] = ifTrue;
      octets[at + 3] = ifFalse;
      view.setUint32(at + 4, target === undefined ? value >>> 0 : target.at - i - 1, true);
    }
    return octets;
  }
}
