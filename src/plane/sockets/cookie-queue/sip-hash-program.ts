/**
 * SipHash-2-4 in classic BPF, which has 32 bits, no loops and no subroutines: some 120 instructions a round. The state is in scratch memory;
 * a rotation by 32 only changes which word is called what.
 */
import { u32At } from '../../../base/octets.ts';
import { type BpfProgram, Op } from './bpf-program.ts';

/** A number of 64 bits in two words of scratch memory. */
interface Wide {
  low: number;
  high: number;
}

/** Scratch memory that hashing needs: words 0 to `sipHashWords - 1`. */
export const sipHashWords = 11;
/** `somepseudorandomlygeneratedbytes`. */
const initial = [
  [0x70736575, 0x736f6d65],
  [0x6e646f6d, 0x646f7261],
  [0x6e657261, 0x6c796765],
  [0x79746573, 0x74656462],
] as const;

export class SipHashProgram {
  private readonly program: BpfProgram;
  private readonly state: Wide[];
  private readonly message: Wide = { low: 8, high: 9 };
  private spare = 10;

  /** Emit the state's initial values. `key`: 16 octets. */
  constructor(program: BpfProgram, key: Uint8Array) {
    this.program = program;
    this.state = [0, 1, 2, 3].map((i) => ({ low: 2 * i, high: 2 * i + 1 }));
    for (const [i, [low, high]] of initial.entries()) {
      const half = 8 * (i & 1);
      this.setWord(2 * i, low ^ littleEndianAt(key, half));
      this.setWord(2 * i + 1, high ^ littleEndianAt(key, half + 4));
    }
  }

  /** Where the code that `load` emits has put a word of the message, as the packet has it, into A: take it as the next four octets. */
  block(loadLow: () => void, loadHigh: () => void): void {
    const { program, message } = this;
    loadLow();
    program.add(Op.store, message.low);
    loadHigh();
    program.add(Op.store, message.high);
    this.xor(this.wide(3), message);
    this.round();
    this.round();
    this.xor(this.wide(0), message);
  }

  /** Put the words of the hash where `low` and `high` of the message were; A and X are lost. */
  finish(): Wide {
    const { program, message } = this;
    program.add(Op.recall, this.wide(2).low);
    program.add(Op.xor, 0xff);
    program.add(Op.store, this.wide(2).low);
    for (let i = 0; i < 4; i++) this.round();
    for (const half of ['low', 'high'] as const) {
      program.add(Op.recall, this.wide(0)[half]);
      for (const i of [1, 2, 3]) {
        program.add(Op.recallX, this.wide(i)[half]);
        program.add(Op.xorX);
      }
      program.add(Op.store, message[half]);
    }
    return message;
  }

  /** A: the same octets in the other order. X is lost. */
  swapOctets(): void {
    const { program, spare } = this;
    program.add(Op.store, spare);
    program.add(Op.and, 0xff);
    program.add(Op.shiftLeft, 24);
    program.add(Op.aToX);
    program.add(Op.recall, spare);
    program.add(Op.and, 0xff00);
    program.add(Op.shiftLeft, 8);
    program.add(Op.orX);
    program.add(Op.aToX);
    program.add(Op.recall, spare);
    program.add(Op.shiftRight, 8);
    program.add(Op.and, 0xff00);
    program.add(Op.orX);
    program.add(Op.aToX);
    program.add(Op.recall, spare);
    program.add(Op.shiftRight, 24);
    program.add(Op.orX);
  }

  private round(): void {
    const [v0, v1, v2, v3] = [this.wide(0), this.wide(1), this.wide(2), this.wide(3)];
    this.sum(v0, v1);
    this.rotateAndXor(v1, 13, v0);
    swapHalves(v0);
    this.sum(v2, v3);
    this.rotateAndXor(v3, 16, v2);
    this.sum(v0, v3);
    this.rotateAndXor(v3, 21, v0);
    this.sum(v2, v1);
    this.rotateAndXor(v1, 17, v2);
    swapHalves(v2);
  }

  /** `to` += `by`. */
  private sum(to: Wide, by: Wide): void {
    const { program } = this;
    program.add(Op.recallX, by.low);
    program.add(Op.recall, to.low);
    program.add(Op.addX);
    program.add(Op.store, to.low);
    // Less than what was added: carry.
    program.skipIf(Op.ifAtLeastX, 0, 3);
    program.add(Op.recall, to.high);
    program.add(Op.add, 1);
    program.add(Op.store, to.high);
    program.add(Op.recallX, by.high);
    program.add(Op.recall, to.high);
    program.add(Op.addX);
    program.add(Op.store, to.high);
  }

  /** `value` = rotl(`value`, bits) ^ `other`, of less than 32 bits. */
  private rotateAndXor(value: Wide, bits: number, other: Wide): void {
    const { low, high } = value;
    this.rotateWord(low, high, bits, other.low, this.spare);
    this.rotateWord(high, low, bits, other.high, high);
    value.low = this.spare;
    this.spare = low;
  }

  /** `to` = (word << bits | the upper bits of `lower`) ^ other. */
  private rotateWord(word: number, lower: number, bits: number, other: number, to: number): void {
    const { program } = this;
    program.add(Op.recall, lower);
    program.add(Op.shiftRight, 32 - bits);
    program.add(Op.aToX);
    program.add(Op.recall, word);
    program.add(Op.shiftLeft, bits);
    program.add(Op.orX);
    program.add(Op.recallX, other);
    program.add(Op.xorX);
    program.add(Op.store, to);
  }

  private xor(to: Wide, by: Wide): void {
    const { program } = this;
    for (const half of ['low', 'high'] as const) {
      program.add(Op.recall, to[half]);
      program.add(Op.recallX, by[half]);
      program.add(Op.xorX);
      program.add(Op.store, to[half]);
    }
  }

  private setWord(place: number, value: number): void {
    this.program.add(Op.set, value);
    this.program.add(Op.store, place);
  }

  private wide(i: number): Wide {
    return this.state[i] as Wide;
  }
}

function swapHalves(wide: Wide): void {
  const { low } = wide;
  wide.low = wide.high;
  wide.high = low;
}

function littleEndianAt(octets: Uint8Array, at: number): number {
  const word = u32At(octets, at);
  return (word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24);
}
