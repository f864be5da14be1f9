/**
 * The first page of the arena, in words of 32 bits. Everything here is read and written with Atomics.
 *
 *     word 0   magic
 *     word 1   global epoch, never 0; grows with each publication, wraps
 *     word 2   published length in pages: so far the views may reach
 *     word 3   zone set, packed ref
 *     word 4   generation of the zone set
 *     octet 1024 + 64 r   epoch that reader r holds, 0 for none; a cache line each, so that readers don't disturb each other
 */
import { maxReaders } from '../image/image-types.ts';

export const pageOctets = 8192;
export const arenaMagic = 0x525a_0001;

export const HeaderWord = { magic: 0, epoch: 1, pages: 2, zoneSet: 3, zoneSetGeneration: 4 } as const;

/** The writer's own place behind those of the readers. */
export const writerReaderIndex = maxReaders;

export function readerWord(readerIndex: number): number {
  return 256 + readerIndex * 16;
}
