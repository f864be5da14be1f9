/** Responses: their headers, and bodies in parts. */
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipParts } from './gzip-parts.ts';

/** Of every response. Nothing here is for other sites' pages, for frames, or to be kept. */
export const commonHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** Main has other work too: a part takes a millisecond or so, then it is the others' turn. Each turn and each write take time of their own. */
const partCharacters = 65_536;

/** A short text of our own, with its length. */
export function respondText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const octets = Buffer.from(text, 'utf8');
  const own = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': octets.length };
  response.writeHead(status, { ...commonHeaders, ...own, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : octets);
}

/** Write the parts as the client takes them. Ends early where the connection does. */
export async function respondParts(
  response: ServerResponse,
  parts: Iterable<string> | AsyncIterable<string>,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  response.writeHead(200, { ...commonHeaders, ...headers });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  let gathered = '';
  for await (const part of parts) {
    gathered += part;
    if (gathered.length < partCharacters) continue;
    if (!(await write(response, gathered))) return;
    gathered = '';
  }
  response.end(gathered);
}

/** The same for one that takes gzip. */
export async function respondPacked(
  response: ServerResponse,
  parts: Iterable<string> | AsyncIterable<string>,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  response.writeHead(200, { ...commonHeaders, ...headers, 'Content-Encoding': 'gzip' });
  if (response.req.method !== 'HEAD') {
    for await (const part of gzipParts(parts)) if (!(await write(response, part))) return;
  }
  response.end();
}

/** Resolves when the next part may come; false when nobody takes it any more. */
async function write(response: ServerResponse, text: string | Uint8Array): Promise<boolean> {
  if (!response.write(text)) await drained(response);
  await nextTurn();
  return !response.destroyed;
}

function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
