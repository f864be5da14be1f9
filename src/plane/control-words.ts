/** The words by which main steers all workers between messages, and one by which they hold back: a shared Int32Array. */

export const ControlWord = {
  /** 1: answer what has been received, then end. */
  stop: 0,
  /** Counts the settings sent to workers; a worker that sees it changed looks into its messages. */
  settingsGeneration: 1,
  /** 1: queries are logged. */
  queryLog: 2,
  /** Messages that workers have left to main and that it hasn't answered. */
  deferred: 3,
  /** 1: somebody reads what workers have to say beside queries: what is denied. */
  securityLog: 4,
  /** 1: responses are logged. */
  responseLog: 5,
  /** Messages that could not be left to main, and have not been told of yet. */
  lostDeferred: 6,
  /** 1: questions that get an error are logged for who debugs, while questions are not logged. */
  queryErrorLog: 7,
  /** With `stop`: connections that are there are served for so many milliseconds more, while another server takes the new ones. */
  graceMs: 8,
} as const;

const wordCount = 9;
/** Whoever sends NOTIFYs and UPDATEs faster than main answers them fills neither its queue nor its memory. */
const maxDeferred = 1000;

export class ControlWords {
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;

  /** Take the words in `buffer`, or make new ones, all zero. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(wordCount * 4)) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, wordCount);
  }

  isStopping(): boolean {
    return Atomics.load(this.words, ControlWord.stop) !== 0;
  }

  setStopping(stopping: boolean): void {
    Atomics.store(this.words, ControlWord.stop, stopping ? 1 : 0);
  }

  /** To be said before `setStopping`. */
  setGraceMs(ms: number): void {
    Atomics.store(this.words, ControlWord.graceMs, ms);
  }

  /** 0: nobody takes over from this server. */
  get graceMs(): number {
    return Atomics.load(this.words, ControlWord.graceMs);
  }

  settingsGeneration(): number {
    return Atomics.load(this.words, ControlWord.settingsGeneration);
  }

  /** Say that a `settings` message has been posted; call it after posting. */
  raiseSettingsGeneration(): void {
    Atomics.add(this.words, ControlWord.settingsGeneration, 1);
  }

  isQueryLogOn(): boolean {
    return Atomics.load(this.words, ControlWord.queryLog) !== 0;
  }

  isSecurityLogOn(): boolean {
    return Atomics.load(this.words, ControlWord.securityLog) !== 0;
  }

  setSecurityLog(on: boolean): void {
    Atomics.store(this.words, ControlWord.securityLog, on ? 1 : 0);
  }

  isQueryErrorLogOn(): boolean {
    return Atomics.load(this.words, ControlWord.queryErrorLog) !== 0;
  }

  setQueryErrorLog(on: boolean): void {
    Atomics.store(this.words, ControlWord.queryErrorLog, on ? 1 : 0);
  }

  isResponseLogOn(): boolean {
    return Atomics.load(this.words, ControlWord.responseLog) !== 0;
  }

  setResponseLog(on: boolean): void {
    Atomics.store(this.words, ControlWord.responseLog, on ? 1 : 0);
  }

  /** Worker: whether main takes one more message. It is answered by `leaveDeferred`. */
  takeDeferred(): boolean {
    if (Atomics.add(this.words, ControlWord.deferred, 1) < maxDeferred) return true;
    this.leaveDeferred();
    Atomics.add(this.words, ControlWord.lostDeferred, 1);
    return false;
  }

  /** Main: how many messages it has been spared since the last call. */
  takeLostDeferred(): number {
    return Atomics.exchange(this.words, ControlWord.lostDeferred, 0);
  }

  leaveDeferred(): void {
    Atomics.sub(this.words, ControlWord.deferred, 1);
  }

  setQueryLog(on: boolean): void {
    Atomics.store(this.words, ControlWord.queryLog, on ? 1 : 0);
  }
}
