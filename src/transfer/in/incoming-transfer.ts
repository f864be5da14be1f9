/**
 * A transfer as it comes in over a stream: chunks to frames, messages to records, each message checked and verified. Knows no
 * socket and no clock: who owns it pushes chunks until it is `done`, or has a `problem`.
 */
import { octetAt, u16At } from '../../base/octets.ts';
import { Flag, headerOctets, Rcode } from '../../wire/codes.ts';
import { equalNames } from '../../wire/name.ts';
import { rcodeText } from '../../wire/rcode-text.ts';
import { TcpFrames } from '../../wire/tcp-frames.ts';
import { MessageRecord } from './message-record.ts';
import { RecordSequence, type TransferSink } from './record-sequence.ts';
import type { TransferProblem } from './transfer-problem.ts';
import { questionType, type TransferQuestion } from './transfer-question.ts';

/** Bounds on what is taken; each may be `Infinity`. */
export interface TransferBounds {
  readonly records: number;
  /** Of its messages. */
  readonly octets: number;
}

/** Verifies the messages of an answer in their order; each call says what is wrong. */
export interface MessageVerifier {
  verify(message: Uint8Array, start: number, end: number): string | undefined;
  /** After the last message. */
  finish(): string | undefined;
}

export class IncomingTransfer {
  readonly question: TransferQuestion;
  readonly sequence: RecordSequence;
  /** Messages so far, and their octets without the lengths between them, as BIND counts. */
  messages = 0;
  octets = 0;
  problem: TransferProblem | undefined;
  private readonly bounds: TransferBounds;
  private readonly verifier: MessageVerifier | undefined;
  private readonly frames = new TcpFrames();
  private readonly record = new MessageRecord();

  constructor(
    question: TransferQuestion,
    bounds: TransferBounds,
    verifier: MessageVerifier | undefined,
    sink: TransferSink,
  ) {
    this.question = question;
    this.bounds = bounds;
    this.verifier = verifier;
    this.sequence = new RecordSequence(question, sink);
  }

  /** All that belongs to it has come, whole and verified. */
  get isDone(): boolean {
    return this.sequence.isComplete && this.problem === undefined;
  }

  /**
   * Whether an IXFR has brought one newer SOA and nothing else so far. That may be the first of many messages, or all that a
   * server without differences says (RFC 1995 §2).
   */
  get mayHaveStopped(): boolean {
    return this.sequence.isOneSoa && this.question.fromSerial !== undefined;
  }

  /** Take the next octets of the stream. What follows the end, or a problem, is not looked at. Sinks may throw. */
  push(chunk: Uint8Array): void {
    if (this.problem !== undefined || this.isDone) return;
    const { frames } = this;
    frames.push(chunk);
    while (frames.next()) {
      const start = frames.messageOffset;
      this.octets += frames.messageOctets;
      this.takeMessage(frames.octets, start, start + frames.messageOctets);
      if (this.problem !== undefined || this.isDone) return;
    }
    if (this.octets + frames.heldOctets > this.bounds.octets)
      this.fail('transfer is larger than max-transfer-size', 'other');
  }

  /** Nothing more will come: the peer has ended the stream, or its time is over. */
  end(reason: string): void {
    if (this.problem !== undefined || this.isDone) return;
    this.fail(reason, this.mayHaveStopped ? 'axfr' : 'other');
  }

  private takeMessage(message: Uint8Array, start: number, end: number): void {
    if (this.octets > this.bounds.octets) {
      this.fail('transfer is larger than max-transfer-size', 'other');
      return;
    }
    const headerProblem = this.checkHeader(message, start, end);
    const signatureProblem = this.verifier?.verify(message, start, end);
    if (headerProblem !== undefined) {
      // Errors often come unsigned; they change nothing here, so they are told all the same.
      this.fail(signatureProblem === undefined ? headerProblem : `${headerProblem} (${signatureProblem})`, 'axfr');
      return;
    }
    if (signatureProblem !== undefined) {
      this.fail(signatureProblem, 'other');
      return;
    }
    const answers = this.checkQuestions(message, start, end);
    if (answers < 0) return;
    this.messages++;
    this.takeRecords(message, start, end, answers);
    if (this.sequence.isComplete && this.problem === undefined) this.finish();
  }

  /** RFC 5936 §2.2.1: of every message. */
  private checkHeader(message: Uint8Array, start: number, end: number): string | undefined {
    if (end - start < headerOctets) return 'FORMERR: message of less than a header';
    const flags = u16At(message, start + 2);
    if (u16At(message, start) !== this.question.id) return 'unexpected ID';
    if ((flags & Flag.qr) === 0) return 'FORMERR: a question for an answer';
    if (((flags >> 11) & 15) !== 0) return 'unexpected opcode';
    const rcode = flags & 15;
    if (rcode !== Rcode.noError) return rcodeText(rcode);
    if ((flags & Flag.tc) !== 0) return 'FORMERR: truncated';
    return undefined;
  }

  /** RFC 5936 §2.2.1: the first message has our question, later ones may leave it out. Returns where the answers begin, or -1. */
  private checkQuestions(message: Uint8Array, start: number, end: number): number {
    const count = u16At(message, start + 4);
    if (count === 0) return start + headerOctets;
    if (count > 1) return this.fail('FORMERR: several questions', 'axfr');
    const { apex, zoneClass } = this.question;
    const at = start + headerOctets;
    const behind = at + apex.length;
    // The name can't be compressed: nothing stands before it.
    if (behind + 4 > end) return this.fail('unexpected end of input', 'axfr');
    if (!isNameAt(message, at, end, apex)) return this.fail('FORMERR: another question', 'axfr');
    if (u16At(message, behind) !== questionType(this.question) || u16At(message, behind + 2) !== zoneClass) {
      return this.fail('FORMERR: another question', 'axfr');
    }
    return behind + 4;
  }

  private takeRecords(message: Uint8Array, start: number, end: number, at: number): void {
    const { record, sequence } = this;
    const count = u16At(message, start + 6);
    if (count === 0 && sequence.count === 0) this.fail('FORMERR: empty answer', 'axfr');
    record.begin(message, start, end);
    for (let i = 0; i < count; i++) {
      at = record.read(at);
      if (at < 0) {
        this.fail('FORMERR: malformed record', 'axfr');
        return;
      }
      const problem = sequence.take(record);
      if (problem !== undefined) {
        this.fail(problem, 'axfr');
        return;
      }
      if (sequence.count > this.bounds.records) {
        this.fail('too many records', 'other');
        return;
      }
    }
  }

  private finish(): void {
    const problem = this.verifier?.finish();
    if (problem !== undefined) this.fail(problem, 'other');
  }

  /** `axfr` makes sense after an IXFR only. */
  private fail(text: string, next: TransferProblem['next']): -1 {
    this.problem = { text, next: this.question.fromSerial === undefined ? 'other' : next };
    return -1;
  }
}

/** Whether the uncompressed name at `message[at]` is `name`. */
function isNameAt(message: Uint8Array, at: number, end: number, name: Uint8Array): boolean {
  if (at + name.length > end) return false;
  for (let i = 0; i < name.length; i += 1 + octetAt(name, i)) {
    if (octetAt(message, at + i) !== octetAt(name, i)) return false;
  }
  return equalNames(message, at, name, 0);
}
