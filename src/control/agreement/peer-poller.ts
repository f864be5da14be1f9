import type { Result } from '../../base/result.ts';
import { type Appointment, callOff, type Timeline } from '../health/timeline.ts';
import type { PeerProblem } from './ask-peer.ts';
import type { Bulletin } from './bulletin.ts';
import type { Standing } from './bulletin-board.ts';
import { type HealthPeer, type PeerReport, peerName } from './peer.ts';
import type { PeerQuestion } from './peer-question.ts';
import { type Heard, PeerView } from './peer-view.ts';

/** From one question to the next while there is no news; the answer is then one short datagram. */
export const pollMs = 1000;
/** An opinion counts for so long after the question that it answered. */
export const staleMs = 10_000;
/** News come no faster than this. */
const gapMs = 50;
/** An end that is noticed later than this is no end: this server itself did not look. */
const maxLatenessMs = 250;
/** Who is lost again and again counts only when it has been heard for so long: else its opinions would come and go with it. */
const calmMs = 60_000;
/** So many losses are believed to be chance, and forgotten after so long without another. */
const freeLosses = 1;
const lossMemoryMs = 600_000;
/** So many parts of a bulletin are asked for one behind the other, which is more than fit into the memory for it. */
const maxParts = 500;

export interface PollerEnvironment {
  readonly timeline: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Never rejects. */
  readonly ask: (
    peer: HealthPeer,
    question: PeerQuestion,
    usesStream: boolean,
    signal: AbortSignal,
  ) => Promise<Result<Bulletin, PeerProblem>>;
  readonly ownStanding: () => Standing;
  readonly heard: (poller: PeerPoller, heard: Heard) => void;
  /** Its opinions count from now on, or no longer. */
  readonly reachChanged: (poller: PeerPoller) => void;
  /** It has said why it does not answer. */
  readonly refused: (poller: PeerPoller, problem: string) => void;
}

/** Asks one peer again and again, and at once when there may be news. */
export class PeerPoller {
  readonly peer: HealthPeer;
  readonly name: string;
  readonly view = new PeerView();
  /** Whether its opinions are fresh enough to count. */
  isHeard = false;
  private readonly environment: PollerEnvironment;
  private readonly abort = new AbortController();
  private readonly first: PromiseWithResolvers<void> = Promise.withResolvers();
  private problem: string | undefined;
  private next: Appointment | undefined;
  private expiry: Appointment | undefined;
  private isAsking = false;
  private isWanted = false;
  private askedMs = Number.NEGATIVE_INFINITY;
  private heardMs: number | undefined;
  private wellSinceMs: number | undefined;
  private losses = 0;
  private lostMs = 0;
  private asked = 0;
  private failed = 0;

  constructor(peer: HealthPeer, environment: PollerEnvironment) {
    this.peer = peer;
    this.name = peerName(peer);
    this.environment = environment;
  }

  /** Resolves when the first question has had an answer, or none. */
  get firstAnswer(): Promise<void> {
    return this.first.promise;
  }

  start(): void {
    this.askSoon();
  }

  /** Without another word. */
  stop(): void {
    this.abort.abort();
    callOff(this.next);
    callOff(this.expiry);
    this.isHeard = false;
    this.first.resolve();
  }

  /** There may be news, or some are to be told: each question tells where this server's own board stands. */
  askSoon(): void {
    if (this.isAsking) this.isWanted = true;
    else this.arrange(Math.max(0, this.askedMs + gapMs - this.environment.timeline.now()));
  }

  report(): PeerReport {
    const { timeline, wallClock } = this.environment;
    const { heardMs } = this;
    return {
      peer: this.name,
      isHeard: this.isHeard,
      problem: this.isHeard ? undefined : this.problem,
      heardMs: heardMs === undefined ? undefined : Math.round(wallClock() - (timeline.now() - heardMs)),
      asked: this.asked,
      failed: this.failed,
      opinions: this.view.size,
    };
  }

  private arrange(delayMs: number): void {
    const { timeline } = this.environment;
    const atMs = timeline.now() + delayMs;
    if (this.next?.task !== undefined && this.next.atMs <= atMs) return;
    callOff(this.next);
    this.next = timeline.at(atMs, () => void this.ask());
  }

  private async ask(): Promise<void> {
    const { timeline } = this.environment;
    this.next = undefined;
    this.isAsking = true;
    this.isWanted = false;
    this.askedMs = timeline.now();
    await this.askParts();
    this.isAsking = false;
    this.first.resolve();
    if (this.abort.signal.aborted) return;
    if (this.isWanted) this.askSoon();
    else this.arrange(Math.max(gapMs, this.askedMs + pollMs - timeline.now()));
  }

  /** One question, or more where the answer has more parts. */
  private async askParts(): Promise<void> {
    const { timeline, ask, ownStanding } = this.environment;
    for (let part = 0; part < maxParts; part++) {
      const startMs = timeline.now();
      this.asked++;
      const question = { since: this.view.standing, asker: ownStanding() };
      const result = await ask(this.peer, question, part > 0, this.abort.signal);
      if (this.abort.signal.aborted) return;
      if (!result.ok) {
        this.fail(result.error);
        return;
      }
      const heard = this.view.take(result.value);
      if (heard.isComplete) this.hear(startMs);
      this.environment.heard(this, heard);
      if (heard.isComplete) return;
    }
    this.fail({ isAnswer: true, text: 'it has never done with telling' });
  }

  private hear(startMs: number): void {
    this.heardMs = startMs;
    callOff(this.expiry);
    this.expireAt(startMs + staleMs);
    this.wellSinceMs ??= startMs;
    this.problem = undefined;
    if (this.isHeard) return;
    if (startMs - this.lostMs > lossMemoryMs) this.losses = 0;
    if (this.losses > freeLosses && startMs - this.wellSinceMs < calmMs) {
      this.problem = `was lost ${this.losses} times: counts when it has been heard for a minute`;
      return;
    }
    this.isHeard = true;
    this.environment.reachChanged(this);
  }

  private fail({ isAnswer, text }: PeerProblem): void {
    this.failed++;
    const isNew = text !== this.problem;
    this.problem = text;
    if (isAnswer && isNew) this.environment.refused(this, text);
    // Of one that was never heard there is nothing to forget, but it is to be told.
    if (this.heardMs === undefined && this.expiry === undefined) this.expireAt(this.askedMs + staleMs);
  }

  private expireAt(atMs: number): void {
    const { timeline } = this.environment;
    this.expiry = timeline.at(atMs, (latenessMs) => {
      if (latenessMs > maxLatenessMs) this.expireAt(timeline.now() + pollMs);
      else this.expire();
    });
  }

  private expire(): void {
    const isNews = this.isHeard || this.heardMs === undefined;
    if (this.isHeard) {
      this.losses++;
      this.lostMs = this.environment.timeline.now();
    }
    this.isHeard = false;
    this.wellSinceMs = undefined;
    if (isNews) this.environment.reachChanged(this);
  }
}
