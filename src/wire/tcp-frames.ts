/**
 * Messages out of a TCP or TLS stream, each led by its length in two octets (RFC 1035 §4.2.2, RFC 7766 §8).
 *
 *     frames.push(chunk);
 *     while (frames.next()) answer(frames.octets, frames.messageOffset, frames.messageOctets);
 *
 * A message that lies whole in one chunk is handed out where it lies; one that is split is gathered in a buffer, each
 * octet copied once as it arrives. The buffer grows with what has come, not with what a length octet promises, and is given
 * up with its message: an idle connection holds none.
 */
import { u16At } from '../base/octets.ts';

export class TcpFrames {
  /** The current message is `octets[messageOffset, messageOffset + messageOctets)`; it holds until the next call. */
  octets: Uint8Array = nothing;
  messageOffset = 0;
  /** 0 to 65,535. */
  messageOctets = 0;

  private chunk: Uint8Array = nothing;
  private at = 0;
  private end = 0;
  /** The frame that came in part: its length octets and what followed, in `gathered[0, gatheredOctets)`. */
  private gathered: Uint8Array = nothing;
  private gatheredOctets = 0;

  /** Take `chunk[offset, offset + octets)`. It must stay as it is until `next` has returned false. */
  push(chunk: Uint8Array, offset = 0, octets: number = chunk.length - offset): void {
    this.chunk = chunk;
    this.at = offset;
    this.end = offset + octets;
  }

  /** Move to the next whole message. When there is none, what is left of the chunk has been copied. */
  next(): boolean {
    if (this.gatheredOctets > 0) return this.nextGathered();
    const available = this.end - this.at;
    if (available >= lengthOctets) {
      const messageOctets = u16At(this.chunk, this.at);
      if (available - lengthOctets >= messageOctets) {
        this.handOut(this.chunk, this.at + lengthOctets, messageOctets);
        this.at += lengthOctets + messageOctets;
        return true;
      }
    }
    this.gather(available);
    this.forgetChunk();
    return false;
  }

  /** Whether a message has begun and not ended: at the stream's end the peer has cut it short. */
  get isInsideMessage(): boolean {
    return this.gatheredOctets > 0;
  }

  /** Memory held for a message that came in part. */
  get heldOctets(): number {
    return this.gathered.length;
  }

  private nextGathered(): boolean {
    if (this.gatheredOctets < lengthOctets) this.gather(lengthOctets - this.gatheredOctets);
    if (this.gatheredOctets >= lengthOctets) {
      const messageOctets = u16At(this.gathered, 0);
      this.gather(lengthOctets + messageOctets - this.gatheredOctets);
      if (this.gatheredOctets === lengthOctets + messageOctets) {
        this.handOut(this.gathered, lengthOctets, messageOctets);
        this.gathered = nothing;
        this.gatheredOctets = 0;
        return true;
      }
    }
    this.forgetChunk();
    return false;
  }

  /** Copy up to `wanted` octets from the chunk behind what is gathered. */
  private gather(wanted: number): void {
    const count = Math.min(wanted, this.end - this.at);
    if (count === 0) return;
    const needed = this.gatheredOctets + count;
    if (needed > this.gathered.length) this.grow(needed);
    this.gathered.set(this.chunk.subarray(this.at, this.at + count), this.gatheredOctets);
    this.gatheredOctets = needed;
    this.at += count;
  }

  private grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, Math.min(2 * this.gathered.length, largestFrame), smallestBuffer));
    grown.set(this.gathered.subarray(0, this.gatheredOctets));
    this.gathered = grown;
  }

  private handOut(octets: Uint8Array, offset: number, count: number): void {
    this.octets = octets;
    this.messageOffset = offset;
    this.messageOctets = count;
  }

  private forgetChunk(): void {
    this.chunk = nothing;
    this.octets = nothing;
    this.at = 0;
    this.end = 0;
    this.messageOctets = 0;
  }
}

const nothing = new Uint8Array(0);
/** The length in front of each message. */
const lengthOctets = 2;
const largestFrame = lengthOctets + 65_535;
/** Room for a usual question, so that one that comes octet by octet is not moved at each. */
const smallestBuffer = 128;
