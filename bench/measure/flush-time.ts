/** What it costs to have something on this disk: the bound under which no durable change is answered. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Write a page behind the others and flush it, `count` times; the median of milliseconds. */
export function measureFlushMs(folder: string, count: number): number {
  const file = join(folder, 'flushed');
  const fd = openSync(file, 'w');
  const page = Buffer.alloc(4096, 1);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const startMs = performance.now();
    writeSync(fd, page);
    fdatasyncSync(fd);
    times.push(performance.now() - startMs);
  }
  closeSync(fd);
  rmSync(file);
  return times.toSorted((a, b) => a - b)[count >>> 1] as number;
}
