/** The words by which main steers all workers between messages: one shared Int32Array, written by main alone. */

export const ControlWord = {
  /** 1: answer what has been received, then end. */
  stop: 0,
  /** Counts the settings sent to workers; a worker that sees it changed looks into its messages. */
  settingsGeneration: 1,
  /** 1: queries are logged. */
  queryLog: 2,
} as const;

const wordCount = 8;

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

  setQueryLog(on: boolean): void {
    Atomics.store(this.words, ControlWord.queryLog, on ? 1 : 0);
  }
}
