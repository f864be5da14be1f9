/** Asks one server over one transport, many questions at a time. */
export interface Asker {
  /**
   * Send the message, with an id of its own written into it, until an answer comes; resolves to the answer's octets, which are
   * the caller's, or to `undefined` where none came in the end. The message is not to be used again.
   */
  ask(message: Buffer): Promise<Buffer | undefined>;
  readonly counts: AskCounts;
  /** Why the server can't be asked at all: nothing has ever come from it, or nothing comes any more. */
  readonly problem: string | undefined;
  close(): void;
}

export interface AskCounts {
  /** Questions that were answered. */
  answered: number;
  /** Questions sent once more, because no answer came in time or the connection was lost. */
  retried: number;
  /** Questions given up. */
  unanswered: number;
}

/** A question on its way. */
export interface Pending {
  readonly message: Buffer;
  readonly resolve: (answer: Buffer | undefined) => void;
  /** Times it has been sent. */
  tries: number;
  /** By the monotonic clock, ms. */
  sentAt: number;
}

/** So many questions given up one behind the other, and no answer for so long: the server is gone. */
const mostUnansweredInRow = 24;
const silenceMs = 10_000;

/** Watches for the end of a server that has answered. */
export class Silence {
  private unansweredInRow = 0;
  private lastAnswerAt = performance.now();

  noteAnswer(): void {
    this.unansweredInRow = 0;
    this.lastAnswerAt = performance.now();
  }

  /** Note a question that is given up; true where nothing more is to be expected. */
  noteUnanswered(): boolean {
    return ++this.unansweredInRow >= mostUnansweredInRow && performance.now() - this.lastAnswerAt > silenceMs;
  }
}

export function isResponse(message: Uint8Array): boolean {
  return message.length >= 12 && ((message[2] ?? 0) & 0x80) !== 0;
}
