/** Long texts in a tenth of their octets, packed by the threads that Node has for such work. */
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';

/** A part is given to another thread and comes back: not each line. */
const partCharacters = 65_536;

/** Whether `Accept-Encoding` has gzip (RFC 9110 §12.5.3), not with a weight of 0. */
export function acceptsGzip({ 'accept-encoding': accepted }: IncomingHttpHeaders): boolean {
  const gzip = /(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)/i.exec(String(accepted ?? ''));
  return gzip !== null && Number(gzip[1] ?? 1) > 0;
}

/** Who stops reading in the middle ends the parts, too. */
export function gzipParts(parts: Iterable<string> | AsyncIterable<string>): AsyncIterable<Uint8Array> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  // An error comes out of `gzip`, where it is read.
  pipeline(Readable.from(gather(parts)), gzip, () => undefined);
  return gzip;
}

async function* gather(parts: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let gathered = '';
  for await (const part of parts) {
    gathered += part;
    if (gathered.length < partCharacters) continue;
    yield gathered;
    gathered = '';
  }
  yield gathered;
}
