import { chownSync, closeSync, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import { describeFileError, type FileOwner } from '../log/file-channel.ts';
import type { LogTrouble } from '../log/log-trouble.ts';
import { rotate } from '../log/rotate.ts';
import type { DnstapFile } from './dnstap-config.ts';
import { ControlType, controlFrame } from './frame-stream.ts';
import type { TapSink } from './tap-sink.ts';
import { TapTrouble } from './tap-trouble.ts';

/** Where the folder does not allow renaming, it is tried again after this. */
const rotationRetryMs = 60_000;
const none = new Uint8Array(0);

/**
 * A file of dnstap: one stream from START to STOP. A reader stops at STOP, so nothing is ever added to a file that is there: it is put
 * away first, or written over as BIND does it.
 */
export class TapFile implements TapSink {
  private readonly output: DnstapFile;
  private readonly owner: FileOwner | undefined;
  private readonly trouble: TapTrouble;
  private fd = -1;
  private size = 0;
  /** What the disk has not taken; it stays in place, because half a frame would spoil all behind it. */
  private pending: Uint8Array = none;
  /** Monotonic. */
  private rollAgainMs = 0;

  constructor(output: DnstapFile, owner?: FileOwner) {
    this.output = output;
    this.owner = owner;
    this.trouble = new TapTrouble(`dnstap file ${output.path}`);
  }

  /** Begin. A file that is there is put away where `versions` says how many are kept. Gives why not. */
  open(nowMs = Date.now()): string | undefined {
    return this.replace(() => {
      const { path, versions } = this.output;
      const existing = statSync(path, { throwIfNoEntry: false });
      if (versions !== undefined && existing?.isFile() === true && existing.size > 0) this.putAway(versions, nowMs);
    });
  }

  get isReady(): boolean {
    return this.fd >= 0 && this.pending.length === 0;
  }

  write(frames: Uint8Array): void {
    this.pending = frames;
    this.flush();
    // The caller's octets are its own again.
    if (this.pending.length > 0) this.pending = this.pending.slice();
    else if (this.size >= this.output.sizeOctets && performance.now() >= this.rollAgainMs) this.rollBySize();
  }

  retry(): void {
    if (this.fd < 0) this.beginAgain();
    if (this.pending.length > 0) this.flush();
  }

  /** Only by `retry`. */
  whenChanged(): Promise<void> {
    return new Promise(() => undefined);
  }

  takeTroubles(nowMs: number): readonly LogTrouble[] {
    const trouble = this.trouble.take(nowMs);
    return trouble === undefined ? [] : [trouble];
  }

  /** Without `versions` somebody has renamed the file; one that is still there is written over. */
  reopen(versions: number | undefined, nowMs = Date.now()): string | undefined {
    return this.replace(() => {
      if (versions !== undefined) this.putAway(versions, nowMs);
    });
  }

  async close(): Promise<void> {
    this.end();
  }

  private replace(put: () => void): string | undefined {
    this.end();
    try {
      put();
      this.begin();
      return undefined;
    } catch (error) {
      this.trouble.fail(describeFileError(error));
      return `dnstap file ${this.output.path}: ${describeFileError(error)}`;
    }
  }

  private rollBySize(): void {
    const { versions = Number.POSITIVE_INFINITY } = this.output;
    const nowMs = Date.now();
    // Renamed while it is open: where that fails, the stream goes on.
    try {
      this.putAway(versions, nowMs);
    } catch (error) {
      this.trouble.fail(`cannot be rolled, so it grows: ${describeFileError(error)}`);
      this.rollAgainMs = performance.now() + rotationRetryMs;
      return;
    }
    this.end();
    this.beginAgain();
  }

  private putAway(versions: number, nowMs: number): void {
    rotate(this.output.path, { versions, suffix: this.output.suffix, nowMs });
  }

  private beginAgain(): void {
    try {
      this.begin();
    } catch (error) {
      this.trouble.fail(describeFileError(error));
    }
  }

  private begin(): void {
    const { path } = this.output;
    const existing = statSync(path, { throwIfNoEntry: false });
    // Opening a FIFO would wait for its reader.
    if (existing !== undefined && !existing.isFile()) throw new Error('it is not a regular file');
    const fd = openSync(path, 'w', 0o644);
    if (this.owner !== undefined && existing === undefined && fstatSync(fd).uid !== this.owner.uid) {
      chownSync(path, this.owner.uid, this.owner.gid);
    }
    this.fd = fd;
    this.size = 0;
    this.pending = controlFrame(ControlType.start);
    this.flush();
  }

  /** What can't be written now is lost with the stream's end. */
  private end(): void {
    if (this.fd < 0) return;
    if (this.pending.length > 0) this.flush();
    if (this.pending.length === 0) {
      this.pending = controlFrame(ControlType.stop);
      this.flush();
    }
    if (this.pending.length > 0) this.trouble.fail('its end could not be written');
    this.pending = none;
    closeSync(this.fd);
    this.fd = -1;
  }

  private flush(): void {
    try {
      while (this.pending.length > 0) {
        const written = writeSync(this.fd, this.pending);
        this.size += written;
        this.pending = this.pending.subarray(written);
      }
      if (performance.now() >= this.rollAgainMs) this.trouble.succeed();
    } catch (error) {
      this.trouble.fail(describeFileError(error));
    }
  }
}
