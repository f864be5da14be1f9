/** Any octets into the parser of replies: an end in bounded steps, and never an exception. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTransaction, writeOptionsRequest } from '../../../src/sip/message-options.ts';
import { findMismatch, parseReplyDatagram } from '../../../src/sip/message-reply.ts';
import { ReplyStream } from '../../../src/sip/message-stream.ts';

const transaction = makeTransaction('00112233445566778899aabbccddeeff');

/** What a server does to a request to make a reply of it (RFC 3261 §8.2.6): it copies these fields. */
function reply(status: number, extra: readonly string[], body: string): Buffer {
  const client = { address: '192.0.2.53', port: 40_123 };
  const server = { address: '192.0.2.11', port: 5060 };
  const request = Buffer.from(
    writeOptionsRequest({ transaction, transport: 'tcp', server, client, maxForwards: 0 }),
  ).toString('latin1');
  const copied = request.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
  const length = `Content-Length: ${Buffer.byteLength(body, 'latin1')}`;
  return Buffer.from([`SIP/2.0 ${status} Text`, ...copied, ...extra, length, '', body].join('\r\n'), 'latin1');
}

const statuses = fc.integer({ min: 100, max: 699 });
const extras = fc.uniqueArray(
  fc.constantFrom('Server: x', 'Retry-After: 5', 'Allow: INVITE,\r\n ACK', 'X:\r\n\ty', 'Supported:'),
);
const bodies = fc.string({ maxLength: 300 }).map((text) => Buffer.from(text).toString('latin1'));
const replies = fc
  .tuple(statuses, extras, bodies)
  .map(([status, extra, body]) => ({ status, octets: reply(status, extra, body) }));

/** A good reply with some octets changed, put in or left out. */
const damaged = fc
  .tuple(
    replies,
    fc.array(fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 4 }), fc.nat(4)), { minLength: 1, maxLength: 6 }),
  )
  .map(([{ octets }, changes]) =>
    changes.reduce<Buffer>((before, [where, put, left]) => {
      const at = where % (before.length + 1);
      return Buffer.concat([before.subarray(0, at), put, before.subarray(at + left)]);
    }, octets),
  );
const anything = fc.oneof(fc.uint8Array({ maxLength: 2000 }), damaged);

function cut(octets: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < octets.length; i++) {
    const size = sizes[i % sizes.length] as number;
    chunks.push(octets.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const chunkSizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 });

describe('the parser of replies', () => {
  it('reads whatever a server makes of the request', () => {
    fc.assert(
      fc.property(replies, ({ status, octets }) => {
        const parsed = parseReplyDatagram(octets);
        expect(parsed.ok && parsed.value.status).toBe(status);
        expect(parsed.ok && findMismatch(parsed.value, transaction)).toBe(undefined);
      }),
    );
  });

  it('ends with a reply or a reason for any octets', () => {
    fc.assert(
      fc.property(anything, (octets) => {
        const parsed = parseReplyDatagram(octets);
        if (parsed.ok) expect(parsed.value.reason).toMatch(/^[ -~]{0,80}$/);
        else expect(parsed.error).toMatch(/^[ -~]+$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes from a stream the same, however it is cut', () => {
    const streams = fc.array(
      fc.oneof({ weight: 4, arbitrary: replies.map(({ octets }) => octets) }, { weight: 1, arbitrary: damaged }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(streams, chunkSizes, (messages, sizes) => {
        const octets = Buffer.concat(messages);
        expect(readAll(cut(octets, sizes))).toEqual(readAll(octets.length === 0 ? [] : [octets]));
      }),
      { numRuns: 500 },
    );
  });
});

function readAll(chunks: readonly Uint8Array[]): unknown[] {
  const stream = new ReplyStream();
  const all: unknown[] = [];
  for (const chunk of chunks) {
    const found = stream.push(chunk);
    all.push(...found);
    if (found.some(({ ok }) => !ok)) break;
  }
  return all;
}
