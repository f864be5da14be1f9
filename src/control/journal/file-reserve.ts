/**
 * Room in the journal's file, taken from the disk before LMDB writes into it: behind its last page the file is filled with zeros, which it
 * doesn't look at. A full disk is then met here. Met by LMDB itself it would be more than a failed transaction: lmdb-js 3.5 formats its
 * message of "no space left" into 100 octets of the heap, which are too few, and the process dies of that, now or later.
 */
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

/** Taken at a time, where there is so much. */
const stepOctets = 65_536;
const zeros = Buffer.alloc(stepOctets);

export class FileReserve {
  private readonly file: number;
  private octets: number;

  constructor(path: string) {
    this.file = openSync(path, 'r+');
    this.octets = fstatSync(this.file).size;
  }

  /** See that the file is so long. Throws ENOSPC, or what else the system says, where it can't be. */
  take(octets: number): void {
    if (octets <= this.octets) return;
    this.octets = Math.max(this.octets, fstatSync(this.file).size);
    while (this.octets < octets) this.octets += writeSync(this.file, zeros, 0, stepOctets, this.octets);
  }

  close(): void {
    closeSync(this.file);
  }
}
