/** The side of the server that comes: it speaks to the one whose place it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok, type Result } from '../../base/result.ts';
import { findLibc, type Libc } from '../../plane/libc.ts';
import { DescriptorMessages } from '../../plane/sockets/descriptor-messages.ts';
import { SocketInspector } from '../../plane/sockets/socket-facts.ts';
import { Domain, Errno, SocketType } from '../../plane/sockets/socket-layout.ts';
import { LineFrames } from '../channel/line-frames.ts';
import { type ControlRequest, type ControlResponse, parseResponse } from '../channel/messages.ts';
import { unixAddress } from '../server/systemd.ts';
import { type HandedSockets, handOverVersion, handOverWord } from './steps.ts';

/** Node can't receive descriptors, so the socket is looked at now and then; only for as long as a start takes. */
const pollMs = 4;
/** For the sockets. */
const answerMs = 10_000;
/** Master files of dynamic zones are written; what a stop waits for. */
const dataMs = 70_000;
const maxLineOctets = 65_536;

/** Why nothing is taken over. `absent`: nobody is there; `unable`: somebody who doesn't know how. */
export interface NoPredecessor {
  readonly kind: 'absent' | 'unable' | 'refused';
  readonly message: string;
}

export class Predecessor {
  private readonly libc: Libc;
  private readonly fd: number;
  private readonly messages: DescriptorMessages;
  private readonly frames = new LineFrames(maxLineOctets);
  private readonly lines: string[] = [];
  private readonly received: number[] = [];
  private isOpen = true;
  /** Of its process. */
  pid = 0;

  private constructor(libc: Libc, fd: number) {
    this.libc = libc;
    this.fd = fd;
    this.messages = new DescriptorMessages(libc);
  }

  /**
   * Ask the server at that control socket for its sockets. `trustedUids`: whom they are taken from, beside root and ourselves: who has put
   * a socket there may be anybody.
   */
  static async ask(path: string, trustedUids: readonly number[]): Promise<Result<Predecessor, NoPredecessor>> {
    const libc = findLibc();
    const address = unixAddress(path);
    if (libc === undefined) return err({ kind: 'unable', message: 'descriptors can not be sent on this system' });
    if (address === undefined) return refused('the path can not be that of a socket');
    const fd = libc.socket(Domain.unix, SocketType.stream | SocketType.closeOnExec | SocketType.nonBlocking, 0);
    if (fd < 0) return refused(libc.describeError(libc.errno()));
    const memory = libc.allocate(address.length);
    memory.octets.set(address);
    if (libc.connect(fd, memory, address.length) < 0) {
      const errno = libc.errno();
      const message = libc.describeError(errno);
      libc.close(fd);
      return err({ kind: errno === Errno.ENOENT || errno === Errno.ECONNREFUSED ? 'absent' : 'refused', message });
    }
    const predecessor = new Predecessor(libc, fd);
    const problem = predecessor.distrust(trustedUids) ?? (await predecessor.askSockets());
    if (problem === undefined) return ok(predecessor);
    predecessor.close();
    return err(problem);
  }

  /** Its listening sockets, ours to close. Not looked at yet. */
  get descriptors(): readonly number[] {
    return this.received;
  }

  /** Have it write all that it has to, and let go of its journal. Gives why it does not. */
  async lendData(): Promise<string | undefined> {
    const response = await this.request(['data'], dataMs);
    // Who has gone has let go.
    return response === 'gone' || response.ok ? undefined : textOf(response);
  }

  /** We answer: have it end. Gives why it does not. */
  async exchange(): Promise<string | undefined> {
    const response = await this.request(['exchange'], answerMs);
    return response === 'gone' || response.ok ? undefined : textOf(response);
  }

  /** Tell it why nothing comes of it. */
  fail(reason: string): void {
    if (this.isOpen) this.send(['failed', reason]);
  }

  /** Not before our own journal is closed: it takes its own back. */
  close(): void {
    if (this.isOpen) this.libc.close(this.fd);
    this.isOpen = false;
  }

  private distrust(trustedUids: readonly number[]): NoPredecessor | undefined {
    const peer = new SocketInspector(this.libc).peerOf(this.fd);
    const uids = [0, process.geteuid?.() ?? 0, ...trustedUids];
    if (peer !== undefined && uids.includes(peer.uid)) return undefined;
    const message = `the server there runs as user ${peer?.uid ?? 'unknown'}, from whom nothing is taken`;
    return { kind: 'refused', message };
  }

  private async askSockets(): Promise<NoPredecessor | undefined> {
    const response = await this.request(['sockets', handOverVersion], answerMs);
    if (response === 'gone') return { kind: 'refused', message: 'the server there has ended' };
    if (!response.ok) {
      const isUnable = unable.includes(response.failure);
      return { kind: isUnable ? 'unable' : 'refused', message: textOf(response) };
    }
    const { pid, descriptors } = response.data as HandedSockets;
    this.pid = pid;
    if (this.received.length === descriptors) return undefined;
    for (const fd of this.received.splice(0)) this.libc.close(fd);
    return { kind: 'refused', message: 'not all of its sockets have come' };
  }

  private async request(step: readonly string[], patienceMs: number): Promise<ControlResponse | 'gone'> {
    if (!this.isOpen || !this.send(step)) return 'gone';
    const deadlineMs = performance.now() + patienceMs;
    while (performance.now() < deadlineMs) {
      const isThere = this.read();
      for (let line = this.lines.shift(); line !== undefined; line = this.lines.shift()) {
        const response = parseResponse(line);
        if (response !== undefined && !('received' in response)) return response;
      }
      if (!isThere) return 'gone';
      await sleep(pollMs);
    }
    return { ok: false, failure: 'no answer', text: `the server there has not answered in ${patienceMs / 1000} s` };
  }

  private send(step: readonly string[]): boolean {
    const request: ControlRequest = { command: [handOverWord, ...step] };
    return this.messages.send(this.fd, Buffer.from(`${JSON.stringify(request)}\n`), []) === undefined;
  }

  /** Take all that has come. False where nothing will any more. */
  private read(): boolean {
    for (;;) {
      const message = this.messages.receive(this.fd);
      if (message === undefined) return true;
      if (message === 'ended') return false;
      this.received.push(...message.descriptors);
      const lines = this.frames.push(message.octets);
      if (lines === undefined) return false;
      this.lines.push(...lines);
    }
  }
}

/** What servers say that are older, or can't send descriptors. */
const unable: readonly string[] = ['unknown command', 'version', 'not implemented'];

function refused(message: string): Result<never, NoPredecessor> {
  return err({ kind: 'refused', message });
}

function textOf(response: ControlResponse): string {
  return response.ok ? '' : [response.failure, response.text].filter((text) => text !== '').join(': ');
}
