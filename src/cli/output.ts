/** Where a command writes: `process`, or the streams of whoever runs it as a part of their own. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';

export interface Output {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Write, and wait where the reader is slower: what is printed may be a zone of a million records. */
export async function write(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}
