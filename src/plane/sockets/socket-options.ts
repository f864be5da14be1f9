import type { Libc, NativeMemory } from '../libc.ts';

/** Octets of C's int, and of a socklen_t. */
const wordOctets = 4;

/** Options of sockets that are an int (see socket-layout.ts for their numbers). One object for any sockets. */
export class SocketOptions {
  private readonly libc: Libc;
  private readonly word: NativeMemory;
  private readonly view: DataView;
  private readonly length: NativeMemory;

  constructor(libc: Libc) {
    this.libc = libc;
    this.word = libc.allocate(wordOctets);
    this.view = new DataView(this.word.octets.buffer);
    this.length = libc.allocate(wordOctets);
  }

  /** `undefined` where the descriptor is no socket, or has no such option. */
  get(fd: number, level: number, option: number): number | undefined {
    if (this.libc.getOption(fd, level, option, this.word, this.length) < 0) return undefined;
    return this.view.getInt32(0, true);
  }

  /** False where the system refuses. */
  set(fd: number, level: number, option: number, value: number): boolean {
    this.view.setInt32(0, value, true);
    return this.libc.setOption(fd, level, option, this.word) >= 0;
  }
}
