import { closeSync, constants, fchownSync, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import type { ChannelWriter } from './channel-writer.ts';
import { LineBuffer, lineEnd } from './line-buffer.ts';
import { type LogTrouble, TroubleReport } from './log-trouble.ts';
import type { ChannelDestination } from './logging-config.ts';
import { rotate } from './rotate.ts';

export type FileDestination = Extract<ChannelDestination, { kind: 'file' }>;

/** The user that the server becomes; the file is made theirs, so that it can be opened again. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Lines are collected to this many octets before they are written without being asked. */
const writeAtOctets = 65_536;
/** A buffered file is written in blocks of this (BIND's size), or what there is after a second: BIND's could wait for days. */
const blockOctets = 4096;
const maxBufferedMs = 1000;
/** Where the folder does not allow renaming, it is tried again after this. */
const rotationRetryMs = 60_000;
/** Room that is held from the start: what is written at once, and the line that makes it so many. */
const firstOctets = writeAtOctets + 4096;
/** While the disk is full, this much is kept for when it isn't; more is lost and counted. */
const maxPendingOctets = 1_048_576;

/**
 * A log file that rotates as BIND's do: the line that crosses the size is written whole, the next one begins a new file.
 * With a size and no versions it stops at its size and goes on when the file was truncated or removed.
 */
export class FileChannel implements ChannelWriter {
  private readonly destination: FileDestination;
  private readonly owner: FileOwner | undefined;
  private readonly trouble: TroubleReport;
  private fd = -1;
  /** Octets of the file and of what is pending for it. */
  private size = 0;
  /** Monotonic. */
  private rotateAgainMs = 0;
  private readonly isBuffered: boolean;
  /** Monotonic: when it was last written. */
  private writtenAtMs = 0;
  /** Not yet written. After a write that the disk took in part it begins in the middle of a line, which is completed later. */
  readonly lines = new LineBuffer(firstOctets);
  private lineStart = 0;

  constructor(destination: FileDestination, owner?: FileOwner, isBuffered = false) {
    this.destination = destination;
    this.owner = owner;
    this.isBuffered = isBuffered;
    this.trouble = new TroubleReport(`log file ${destination.path}`);
  }

  /** Open or create the file. Throws what the file system says. */
  open(): void {
    const { path, versions, sizeOctets, suffix = 'increment' } = this.destination;
    // `versions` without `size` rotates at every open, as in BIND.
    const existing = statSync(path, { throwIfNoEntry: false });
    if (versions !== undefined && existing?.isFile() === true && existing.size >= (sizeOctets ?? 1))
      rotate(path, { versions, suffix, nowMs: Date.now() });
    this.fd = openToAppend(path, this.owner);
    this.size = fstatSync(this.fd).size;
  }

  write(line: string): void {
    if (!this.beginLine()) return;
    this.lines.putText(line);
    this.endLine();
  }

  beginLine(): boolean {
    if (this.isFull() && !this.beginNewFile()) return false;
    this.lineStart = this.lines.length;
    return true;
  }

  endLine(): void {
    const { lines, lineStart } = this;
    lines.putOctet(lineEnd);
    if (lines.length > maxPendingOctets) {
      lines.length = lineStart;
      this.trouble.lose(1);
      return;
    }
    this.size += lines.length - lineStart;
    // Once, as it becomes so much: on a full disk not again for each line.
    if (lines.length >= writeAtOctets && lineStart < writeAtOctets) this.flushAll();
  }

  flush(): void {
    if (!this.isBuffered || this.lines.length >= blockOctets || performance.now() - this.writtenAtMs >= maxBufferedMs)
      this.flushAll();
  }

  retryMs(): number {
    return Number.POSITIVE_INFINITY;
  }

  private flushAll(): void {
    this.writtenAtMs = performance.now();
    if (this.lines.length > 0) this.flushPending();
    if (this.isStopped()) this.resumeIfSmaller();
  }

  private flushPending(): void {
    try {
      if (this.isRemoved()) this.closeFile();
      if (this.fd < 0) this.open();
      this.writePending();
      this.size = fstatSync(this.fd).size;
      if (!this.isStopped() && !this.isRotationStuck()) this.trouble.succeed();
    } catch (error) {
      this.trouble.fail(describeFileError(error));
    }
  }

  close(): void {
    this.flushAll();
    this.trouble.lose(this.lines.countLines());
    this.lines.length = 0;
    this.closeFile();
  }

  takeTrouble(nowMs: number): LogTrouble | undefined {
    return this.trouble.take(nowMs);
  }

  private isFull(): boolean {
    return (
      this.destination.sizeOctets !== undefined && this.size > this.destination.sizeOctets && !this.isRotationStuck()
    );
  }

  private isRotationStuck(): boolean {
    return performance.now() < this.rotateAgainMs;
  }

  /** Full, and not allowed to rotate. */
  private isStopped(): boolean {
    return this.destination.versions === undefined && this.isFull();
  }

  /** Rotate. False where the line can't be taken. */
  private beginNewFile(): boolean {
    if (this.destination.versions === undefined) {
      this.trouble.fail('has reached its size and has no versions to rotate');
      this.trouble.lose(1);
      return false;
    }
    if (this.lines.length < writeAtOctets) this.flushAll();
    // What could not be written belongs to the old file: rotating now would put it into the new one.
    if (this.lines.length > 0) return true;
    try {
      this.closeFile();
      this.open();
    } catch (error) {
      this.trouble.fail(`cannot rotate, so it grows: ${describeFileError(error)}`);
      this.rotateAgainMs = performance.now() + rotationRetryMs;
      this.openUnrotated();
    }
    return true;
  }

  /** The folder does not allow renaming: better a file that is too long than no log. */
  private openUnrotated(): void {
    try {
      this.fd = openToAppend(this.destination.path, this.owner);
    } catch {
      // The next flush tries again and tells.
    }
  }

  private resumeIfSmaller(): void {
    const size = statSync(this.destination.path, { throwIfNoEntry: false })?.size;
    if (size !== undefined && size > (this.destination.sizeOctets ?? 0)) return;
    try {
      this.closeFile();
      this.open();
      this.trouble.succeed();
    } catch (error) {
      this.trouble.fail(describeFileError(error));
    }
  }

  /** Nobody can read any more what would be written: the file or its folder was deleted. BIND goes on writing there. */
  private isRemoved(): boolean {
    return this.fd >= 0 && fstatSync(this.fd).nlink === 0;
  }

  private writePending(): void {
    const { octets, length } = this.lines;
    let written = 0;
    try {
      while (written < length) written += writeSync(this.fd, octets, written, length - written);
    } finally {
      this.lines.removeFirst(written);
    }
  }

  private closeFile(): void {
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
  }
}

/** A pipe that nobody reads must not hold up the log: without O_NONBLOCK opening it would. */
const appendFlags = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK;

/** A file that is made is given to `owner`; never one that was there, which may be a link of somebody's to something else. */
function openToAppend(path: string, owner: FileOwner | undefined): number {
  try {
    const fd = openSync(path, appendFlags | constants.O_CREAT | constants.O_EXCL, 0o644);
    if (owner !== undefined) fchownSync(fd, owner.uid, owner.gid);
    return fd;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // A link to a file that is not there is there itself.
    return openSync(path, appendFlags | constants.O_CREAT, 0o644);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file has reached the size that this user may write',
  EROFS: 'the file system is read-only',
  EACCES: 'not permitted',
  EPERM: 'not permitted',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a directory',
  ENXIO: 'it is a pipe that nobody reads',
  EPIPE: 'it is a pipe that nobody reads',
  EAGAIN: 'it is a pipe whose reader is too slow',
};

/** What the system says of a log file, in words. */
export function describeFileError(error: unknown): string {
  const code = codeOf(error);
  const reason = reasons[code];
  if (reason !== undefined) return `${reason} [${code}]`;
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
