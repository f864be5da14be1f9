/** The disk of journals, copies and logs is full for a while. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const fullMs = 4000;

export const fillDisk: Fault = {
  name: 'the disk is full',
  losses: [],
  isTrouble: true,
  inflict: async ({ folder }) => {
    const path = join(folder.disk, 'filler');
    fillWith(path);
    await sleep(fullMs);
    rmSync(path);
  },
};

/** Have a file take all that is left of its file system. */
export function fillWith(path: string): void {
  const descriptor = openSync(path, 'w');
  try {
    for (let octets = 1 << 20; octets >= 512; octets >>= 1) writeWhilePossible(descriptor, Buffer.alloc(octets));
  } finally {
    closeSync(descriptor);
  }
}

function writeWhilePossible(descriptor: number, block: Buffer): void {
  try {
    while (writeSync(descriptor, block) === block.length);
  } catch {
    // No room for a block of this size.
  }
}
