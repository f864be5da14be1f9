/** Puts the program of cookies (cookie-program.ts) into groups of UDP sockets on one address, and knows the sockets that are for cookies. */
import { randomInt } from 'node:crypto';
import type { Libc, NativeMemory } from '../../libc.ts';
import { Level, SocketOption } from '../socket-layout.ts';
import { SocketOptions } from '../socket-options.ts';
import { instructionOctets } from './bpf-program.ts';
import { buildCookieProgram, type CookieProgramPlan } from './cookie-program.ts';

/**
 * SO_PRIORITY of sockets for cookies: what tells them from others when a server hands its sockets to the next one. Their responses
 * go the quick way, TC_PRIO_INTERACTIVE; more takes privileges.
 */
const mark = 6;
/** struct sock_fprog: length u16, program* 8. */
const programHeaderOctets = 16;
/** IPv4 and IPv6, while secrets change. */
const mostKept = 8;

export class CookieQueues {
  private readonly libc: Libc;
  private readonly options: SocketOptions;
  private readonly seed = randomInt(2 ** 32);
  /** Programs in memory that C reads while they are attached. */
  private readonly built = new Map<string, NativeMemory>();
  private readonly header: NativeMemory;

  constructor(libc: Libc) {
    this.libc = libc;
    this.options = new SocketOptions(libc);
    this.header = libc.allocate(programHeaderOctets);
  }

  mark(fd: number): void {
    this.options.set(fd, Level.socket, SocketOption.priority, mark);
  }

  isMarked(fd: number): boolean {
    return this.options.get(fd, Level.socket, SocketOption.priority) === mark;
  }

  /**
   * Have questions with a cookie of these secrets come to `cookieSockets`, the first ones of their group, all else to the others. Without
   * secrets, and where the system refuses the program (false), all kinds come to all.
   */
  guide(
    family: 4 | 6,
    cookieSockets: readonly number[],
    otherSockets: readonly number[],
    secrets: readonly Uint8Array[] | undefined,
  ): boolean {
    const [fd] = cookieSockets;
    if (fd === undefined) return false;
    const counts = { cookieSockets: cookieSockets.length, otherSockets: otherSockets.length };
    // The system bounds what a program takes (net.core.optmem_max): rather with the first secret alone than without any.
    for (let count = secrets?.length ?? 0; count > 0; count--) {
      const secretsLeft = secrets?.slice(0, count) ?? [];
      if (this.attach(fd, this.build({ family, ...counts, secrets: secretsLeft, seed: this.seed }))) return true;
    }
    this.unguide(fd);
    return secrets === undefined || secrets.length === 0;
  }

  /** All kinds of questions come to all sockets of the group. */
  unguide(fd: number): void {
    this.options.set(fd, Level.socket, SocketOption.detachReusePortFilter, 0);
  }

  /** The same again and again: each new configuration asks for it. */
  private build(plan: CookieProgramPlan): NativeMemory {
    const { family, cookieSockets, otherSockets, secrets } = plan;
    const key = [family, cookieSockets, otherSockets, ...secrets.map((secret) => secret.join())].join(' ');
    const known = this.built.get(key);
    if (known !== undefined) return known;
    const instructions = buildCookieProgram(plan);
    const program = this.libc.allocate(instructions.length);
    program.octets.set(instructions);
    if (this.built.size >= mostKept) this.built.clear();
    this.built.set(key, program);
    return program;
  }

  private attach(fd: number, program: NativeMemory): boolean {
    const { libc, header } = this;
    const view = new DataView(header.octets.buffer);
    view.setUint16(0, program.octets.length / instructionOctets, true);
    view.setBigUint64(8, BigInt(program.address), true);
    return libc.setOption(fd, Level.socket, SocketOption.attachReusePortFilter, header) >= 0;
  }
}
