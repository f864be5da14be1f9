import { chownSync, closeSync, fstatSync, openSync, statSync, writeSync } from 'node:fs';
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
  /** Not yet written. After a write that the disk took in part it begins in the middle of a line, which is completed later. */
  readonly lines = new LineBuffer(firstOctets);
  private lineStart = 0;

  constructor(destination: FileDestination, owner?: FileOwner) {
    this.destination = destination;
    this.owner = owner;
    this.trouble = new TroubleReport(`log file ${destination.path}`);
  }

  /** Open or create the file. Throws what the file system says. */
  open(): void {
    const { path, versions, sizeOctets } = this.destination;
    // `versions` without `size` rotates at every open, as in BIND.
    const existing = statSync(path, { throwIfNoEntry: false });
    if (versions !== undefined && existing?.isFile() === true && existing.size >= (sizeOctets ?? 1))
      rotate(path, versions);
    this.fd = openSync(path, 'a', 0o644);
    const { size, uid } = fstatSync(this.fd);
    if (this.owner !== undefined && existing === undefined && uid !== this.owner.uid) {
      chownSync(path, this.owner.uid, this.owner.gid);
    }
    this.size = size;
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
    if (lines.length >= writeAtOctets && lineStart < writeAtOctets) this.flush();
  }

  flush(): void {
    if (this.lines.length > 0) this.flushPending();
    if (this.isStopped()) this.resumeIfSmaller();
  }

  private flushPending(): void {
    try {
      if (this.fd < 0) this.open();
      this.writePending();
      this.size = fstatSync(this.fd).size;
      if (!this.isStopped() && !this.isRotationStuck()) this.trouble.succeed();
    } catch (error) {
      this.trouble.fail(describeFileError(error));
    }
  }

  close(): void {
    this.flush();
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
    if (this.lines.length < writeAtOctets) this.flush();
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
      this.fd = openSync(this.destination.path, 'a', 0o644);
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
};

/** What the system says of a log file, in words. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = reasons[code];
  if (reason !== undefined) return `${reason} [${code}]`;
  return error instanceof Error ? error.message : String(error);
}
