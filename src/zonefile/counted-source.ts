/** How far the reading of a zone file is. */
import { statSync } from 'node:fs';
import { type OpenSource, openFile } from './zone-source.ts';

/**
 * What opens files and counts what is read of them; for one load. `note` gets after each read, some tens of kilobytes, how far it is:
 * `40 % of 120 MB`, or `checking` once all has been read. What is included isn't known beforehand, and not counted.
 */
export function countReads(file: string, note: (makeText: () => string) => void): OpenSource {
  const octets = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let readOctets = 0;
  const makeText = (): string => describeReading(octets, readOctets);
  return (path) => {
    const opened = openFile(path);
    if (!opened.ok) return opened;
    const source = opened.value;
    const read = (into: Uint8Array, offset: number, length: number): number => {
      const count = source.read(into, offset, length);
      if (path === file) readOctets += count;
      note(makeText);
      return count;
    };
    return { ok: true, value: { read, close: () => source.close() } };
  };
}

/** Checks read a second time what they have something to say of. */
function describeReading(octets: number, readOctets: number): string {
  if (octets === 0 || readOctets >= octets) return 'checking';
  const megabytes = (octets / 1e6).toFixed(octets < 1e7 ? 1 : 0);
  return `${Math.floor((100 * readOctets) / octets)} % of ${megabytes} MB`;
}
