import { err, type Result } from '../base/result.ts';
import {
  describeStart,
  findHeadEnd,
  maxContentOctets,
  maxHeaderOctets,
  parseReplyHead,
  type ReplyProblem,
  type SipReply,
  startsAsReply,
} from './message-reply.ts';

/** Line ends before a message are allowed (RFC 3261 §7.5), and keep connections alive (RFC 5626 §4.4.1); more is noise. */
const maxLeadingOctets = 1024;

/**
 * Finds the replies in a stream, however it is cut into chunks (RFC 3261 §18.3: Content-Length says where a message ends). Keeps no more
 * than a header section; bodies are passed over. After a problem nothing more can be found.
 */
export class ReplyStream {
  /** What is not understood yet is `store[0, length)`. */
  private store: Uint8Array = new Uint8Array(2048);
  private length = 0;
  /** No empty line begins before this. */
  private looked = 0;
  private bodyLeft = 0;
  private leading = 0;

  /** The replies whose header sections end in this chunk, in order, then the problem, if there is one. */
  push(chunk: Uint8Array): readonly Result<SipReply, ReplyProblem>[] {
    const found: Result<SipReply, ReplyProblem>[] = [];
    this.keep(chunk);
    for (let next = this.take(); next !== undefined; next = this.take()) {
      found.push(next);
      if (!next.ok) break;
    }
    return found;
  }

  private keep(chunk: Uint8Array): void {
    const passed = Math.min(this.bodyLeft, chunk.length);
    this.bodyLeft -= passed;
    const wanted = this.length + chunk.length - passed;
    if (wanted > this.store.length) {
      // Twice as much, so that a stream of single octets is not copied for each.
      const larger = new Uint8Array(Math.max(wanted, 2 * this.store.length));
      larger.set(this.store.subarray(0, this.length));
      this.store = larger;
    }
    this.store.set(chunk.subarray(passed), this.length);
    this.length = wanted;
  }

  private take(): Result<SipReply, ReplyProblem> | undefined {
    this.passLineEnds();
    const { store, length } = this;
    if (this.leading > maxLeadingOctets) return err('something that is not SIP');
    if (!startsAsReply(store, length)) return err(describeStart(store, length));
    const end = findHeadEnd(store, this.looked, Math.min(length, maxHeaderOctets));
    if (end === -1) {
      this.looked = Math.max(0, length - 3);
      return length >= maxHeaderOctets ? err('a header section that is too long') : undefined;
    }
    const parsed = parseReplyHead(store, end);
    if (!parsed.ok) return parsed;
    const { contentOctets } = parsed.value;
    if (contentOctets === undefined) return err('no Content-Length, which a stream needs');
    if (contentOctets > maxContentOctets) return err('a body that is too long');
    const passed = Math.min(contentOctets, length - end);
    this.bodyLeft = contentOctets - passed;
    this.leading = 0;
    this.drop(end + passed);
    return parsed;
  }

  private passLineEnds(): void {
    let at = 0;
    while (at < this.length && (this.store[at] === 0x0d || this.store[at] === 0x0a)) at++;
    this.leading += at;
    if (at > 0) this.drop(at);
  }

  private drop(octets: number): void {
    this.store.copyWithin(0, octets, this.length);
    this.length -= octets;
    this.looked = 0;
  }
}
