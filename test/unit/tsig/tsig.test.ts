import { describe, expect, it } from 'vitest';
import { signResponse, tsigReserveOctets } from '../../../src/tsig/sign-response.ts';
import { type TsigAlgorithm, tsigAlgorithmNames } from '../../../src/tsig/tsig-algorithm.ts';
import { TsigClient } from '../../../src/tsig/tsig-client.ts';
import { createTsigKey, type TsigKey } from '../../../src/tsig/tsig-key.ts';
import { findTsigRecord, parseTsigRecord, TsigError } from '../../../src/tsig/tsig-record.ts';
import { TsigStreamSigner } from '../../../src/tsig/tsig-stream-signer.ts';
import { type TsigVerdict, verifyRequest } from '../../../src/tsig/verify-request.ts';
import { headerOctets, Rcode } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { Request } from '../../../src/wire/request.ts';
import { type SignedMessages, signedAtSeconds, signedMessages } from './signed-messages.ts';

const secret = new TextEncoder().encode('0123456789abcdef0123456789abcdef');
const keyOf = (algorithm: TsigAlgorithm, name = 'xfr-key.', macOctets?: number): TsigKey =>
  createTsigKey(wireNameFrom(name), algorithm, secret, macOctets);
const octetsOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

function verify(message: Uint8Array, keys: readonly TsigKey[], nowSeconds = signedAtSeconds): TsigVerdict {
  const request = new Request();
  request.parse(message, 0, message.length);
  expect(request.tsigOffset).toBeGreaterThan(0);
  return verifyRequest(keys, message, 0, message.length, request.tsigOffset, nowSeconds);
}

/** The response without its TSIG, in a buffer with room for one. */
function unsigned(message: Uint8Array): { readonly out: Uint8Array; readonly octets: number } {
  const at = findTsigRecord(message, 0, message.length);
  const out = new Uint8Array(at + 300);
  out.set(message.subarray(0, at));
  out[11] = (out[11] as number) - 1;
  return { out, octets: at };
}

const sha256 = signedMessages.find(({ algorithm }) => algorithm === 'hmac-sha256') as SignedMessages;

describe.each(signedMessages)('$algorithm, as another implementation has it', (messages) => {
  const key = keyOf(messages.algorithm);

  it('accepts a signed query', () => {
    const verdict = verify(octetsOf(messages.query), [keyOf('hmac-sha256', 'other.'), key]);
    expect(verdict).toMatchObject({ status: 'ok', keyNumber: 1 });
  });

  it('leaves the message as it is, a Buffer of Node too', () => {
    const message = Buffer.from(messages.query, 'hex');
    expect(verify(message, [key]).status).toBe('ok');
    expect(message.toString('hex')).toBe(messages.query);
  });

  it('signs the response with the same octets', () => {
    const verdict = verify(octetsOf(messages.query), [key]);
    if (verdict.status !== 'ok') throw new Error(verdict.status);
    const { out, octets } = unsigned(octetsOf(messages.response));
    const signedOctets = signResponse(verdict, out, 0, octets, signedAtSeconds);
    expect(signedOctets - octets).toBe(tsigReserveOctets(verdict));
    expect(Buffer.from(out.subarray(0, signedOctets)).toString('hex')).toBe(messages.response);
  });

  it('signs a request so that the same octets come out', () => {
    const { out, octets } = unsigned(octetsOf(messages.axfr));
    const client = new TsigClient(key);
    const signedOctets = client.signRequest(out, 0, octets, signedAtSeconds);
    expect(signedOctets - octets).toBe(client.reserveOctets);
    const expected = Buffer.from(messages.axfr.replace('5866722d4b6579', '7866722d6b6579')).toString();
    expect(Buffer.from(out.subarray(0, signedOctets)).toString('hex')).toBe(expected);
  });

  it('signs each message of a stream with the same octets', () => {
    const verdict = verify(octetsOf(messages.axfr), [key]);
    if (verdict.status !== 'ok') throw new Error(verdict.status);
    const signer = new TsigStreamSigner(verdict);
    for (const hex of messages.stream) {
      const { out, octets } = unsigned(octetsOf(hex));
      const signedOctets = signer.sign(out, 0, octets, signedAtSeconds);
      expect(signedOctets - octets).toBe(signer.reserveOctets);
      expect(Buffer.from(out.subarray(0, signedOctets)).toString('hex')).toBe(hex);
    }
  });

  it('verifies a stream', () => {
    const client = beginAxfr(messages);
    for (const hex of messages.stream) {
      const message = octetsOf(hex);
      expect(client.verify(message, 0, message.length, signedAtSeconds)).toBe('ok');
    }
    expect(client.finish()).toBe('ok');
  });
});

function beginAxfr(messages: SignedMessages): TsigClient {
  const client = new TsigClient(keyOf(messages.algorithm, 'Xfr-Key.'));
  const { out, octets } = unsigned(octetsOf(messages.axfr));
  client.signRequest(out, 0, octets, signedAtSeconds);
  return client;
}

describe('a request that is not right', () => {
  const key = keyOf('hmac-sha256');
  const query = octetsOf(sha256.query);

  it.each([
    ['an unknown key', [keyOf('hmac-sha256', 'other.')], TsigError.badKey],
    ['a key of another algorithm', [keyOf('hmac-sha512')], TsigError.badKey],
    ['another secret', [createTsigKey(wireNameFrom('xfr-key.'), 'hmac-sha256', new Uint8Array(32))], TsigError.badSig],
  ])('%s gets no signature', (_, keys, error) => {
    const verdict = verify(query, keys);
    expect(verdict).toMatchObject({ status: 'failed', error, key: undefined });
    if (verdict.status !== 'failed') return;
    const { out, octets } = unsigned(octetsOf(sha256.response));
    const end = signResponse(verdict, out, 0, octets, signedAtSeconds);
    expect(end - octets).toBe(tsigReserveOctets(verdict));
    const record = parseTsigRecord(out, 0, end, findTsigRecord(out, 0, end));
    expect(record).toMatchObject({ error, mac: new Uint8Array(0), other: new Uint8Array(0) });
  });

  it.each([301, -301])('another time (%i s off) gets ours, signed', (off) => {
    const nowSeconds = signedAtSeconds + off;
    const verdict = verify(query, [key], nowSeconds);
    expect(verdict).toMatchObject({ status: 'failed', error: TsigError.badTime });
    if (verdict.status !== 'failed') return;
    const { out, octets } = unsigned(octetsOf(sha256.response));
    const end = signResponse(verdict, out, 0, octets, nowSeconds);
    expect(end - octets).toBe(tsigReserveOctets(verdict));
    const record = parseTsigRecord(out, 0, end, findTsigRecord(out, 0, end));
    expect(record?.timeSigned).toBe(signedAtSeconds);
    expect(Buffer.from(record?.other ?? []).readUIntBE(0, 6)).toBe(nowSeconds);
    expect(record?.mac.length).toBe(32);
  });

  it.each([300, -300])('%i s off is within the fudge', (off) => {
    expect(verify(query, [key], signedAtSeconds + off).status).toBe('ok');
  });

  it('each octet of it counts', () => {
    const request = new Request();
    for (let i = 0; i < query.length; i++) {
      const changed = query.slice();
      changed[i] = (changed[i] as number) ^ 0x01;
      request.parse(changed, 0, changed.length);
      if (request.tsigOffset < 0) continue;
      const verdict = verifyRequest([key], changed, 0, changed.length, request.tsigOffset, signedAtSeconds);
      // The ID of the header is not signed: the record has its own.
      if (i < 2) expect(verdict.status).toBe('ok');
      else expect(verdict.status, `octet ${i}`).not.toBe('ok');
    }
  });

  it('is malformed wherever it is cut', () => {
    const at = findTsigRecord(query, 0, query.length);
    for (let end = at; end < query.length; end++) {
      expect(verifyRequest([key], query, 0, end, at, signedAtSeconds)).toEqual({ status: 'formErr' });
    }
  });
});

describe('a truncated MAC (RFC 8945 §5.2.2.1)', () => {
  const whole = keyOf('hmac-sha256');

  function verifyTruncated(macOctets: number, key: TsigKey): TsigVerdict {
    const { out, octets } = unsigned(octetsOf(sha256.query));
    const end = new TsigClient({ ...whole, macOctets }).signRequest(out, 0, octets, signedAtSeconds);
    return verify(out.slice(0, end), [key]);
  }

  it('is accepted where the key says so', () => {
    expect(verifyTruncated(16, keyOf('hmac-sha256', 'xfr-key.', 16)).status).toBe('ok');
    expect(verifyTruncated(32, keyOf('hmac-sha256', 'xfr-key.', 16)).status).toBe('ok');
  });

  it('is BADTRUNC where the key wants more', () => {
    expect(verifyTruncated(16, whole)).toMatchObject({ status: 'failed', error: TsigError.badTrunc, key: whole });
  });

  it('is malformed below half of the whole, and below ten octets', () => {
    expect(verifyTruncated(15, keyOf('hmac-sha256', 'xfr-key.', 16))).toEqual({ status: 'formErr' });
  });
});

describe('the messages of a stream', () => {
  const [first, second, third] = sha256.stream.map(octetsOf) as [Uint8Array, Uint8Array, Uint8Array];

  it('must begin with a signed one', () => {
    const { out, octets } = unsigned(first);
    expect(beginAxfr(sha256).verify(out, 0, octets, signedAtSeconds)).toEqual({ problem: 'the answer is not signed' });
  });

  it('must come in their order', () => {
    const client = beginAxfr(sha256);
    expect(client.verify(first, 0, first.length, signedAtSeconds)).toBe('ok');
    expect(client.verify(third, 0, third.length, signedAtSeconds)).toEqual({ problem: 'the signature does not match' });
  });

  it('may be unsigned in between, and at most 99 of them', () => {
    const server = verify(octetsOf(sha256.axfr), [keyOf('hmac-sha256')]);
    if (server.status !== 'ok') throw new Error(server.status);
    const client = beginAxfr(sha256);
    expect(client.verify(first, 0, first.length, signedAtSeconds)).toBe('ok');
    const { out, octets } = unsigned(second);
    for (let i = 0; i < 99; i++) expect(client.verify(out, 0, octets, signedAtSeconds)).toBe('unsigned');
    expect(client.finish()).toEqual({ problem: 'the last message is not signed' });
    expect(client.verify(out, 0, octets, signedAtSeconds)).toHaveProperty('problem');
  });

  it('must be of the right time', () => {
    const check = beginAxfr(sha256).verify(first, 0, first.length, signedAtSeconds + 301);
    expect(check).toEqual({ problem: 'signed at another time: compare the clocks' });
  });

  it('tell the error that the server gives without a signature', () => {
    const verdict = verify(octetsOf(sha256.axfr), []);
    if (verdict.status !== 'failed') throw new Error(verdict.status);
    const { out, octets } = unsigned(first);
    out[3] = Rcode.notAuth;
    const end = signResponse(verdict, out, 0, octets, signedAtSeconds);
    expect(beginAxfr(sha256).verify(out, 0, end, signedAtSeconds)).toEqual({ problem: 'the server says BADKEY' });
  });
});

describe('findTsigRecord', () => {
  it('gives bounded answers for any cut', () => {
    const message = octetsOf(sha256.response);
    const at = findTsigRecord(message, 0, message.length);
    expect(at).toBeGreaterThan(headerOctets);
    for (let end = 0; end < message.length; end++) expect(findTsigRecord(message, 0, end)).toBe(-2);
  });
});

it('knows each algorithm of RFC 8945 §6 that has a MAC of its own', () => {
  expect(signedMessages.map(({ algorithm }) => algorithm).toSorted()).toEqual([...tsigAlgorithmNames].toSorted());
});
