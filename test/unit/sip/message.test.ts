import { describe, expect, it } from 'vitest';
import { makeTransaction, writeOptionsRequest } from '../../../src/sip/message-options.ts';
import { findParameter } from '../../../src/sip/message-parameter.ts';
import {
  findMismatch,
  maxContentOctets,
  maxFieldOctets,
  maxHeaderOctets,
  parseReplyDatagram,
} from '../../../src/sip/message-reply.ts';
import { ReplyStream } from '../../../src/sip/message-stream.ts';

const transaction = makeTransaction('00112233445566778899aabbccddeeff');

const fields = [
  `Via: SIP/2.0/UDP 192.0.2.53:40123;branch=${transaction.branch};rport=40123;received=192.0.2.53`,
  `From: <sip:ringzone@192.0.2.53>;tag=${transaction.fromTag}`,
  'To: <sip:192.0.2.11:5060>;tag=37GkEhwl6',
  `Call-ID: ${transaction.callId}`,
  'CSeq: 1 OPTIONS',
  'Content-Length: 0',
];

function message(lines: readonly string[], first = 'SIP/2.0 200 OK', body = ''): Uint8Array {
  return Buffer.from(`${[first, ...lines, '', ''].join('\r\n')}${body}`, 'latin1');
}

function replacing(name: string, ...lines: readonly string[]): string[] {
  return fields.flatMap((field) => (field.startsWith(`${name}:`) ? lines : [field]));
}

function problemOf(octets: Uint8Array): string {
  const parsed = parseReplyDatagram(octets);
  return parsed.ok ? 'none' : parsed.error;
}

describe('the request', () => {
  it('has what RFC 3261 §8.1.1 and §11.1 ask for', () => {
    const octets = writeOptionsRequest({
      transaction,
      transport: 'udp',
      server: { address: '192.0.2.11', port: 5060 },
      client: { address: '192.0.2.53', port: 40_123 },
      maxForwards: 0,
    });
    expect(Buffer.from(octets).toString('latin1').split('\r\n')).toEqual([
      'OPTIONS sip:192.0.2.11:5060 SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.53:40123;branch=z9hG4bK00112233445566778899aabbccddeeff;rport',
      'Max-Forwards: 0',
      'From: <sip:ringzone@192.0.2.53>;tag=0011223344556677',
      'To: <sip:192.0.2.11:5060>',
      'Call-ID: 00112233445566778899aabbccddeeff@ringzone',
      'CSeq: 1 OPTIONS',
      'Contact: <sip:ringzone@192.0.2.53:40123>',
      'Accept: application/sdp',
      'User-Agent: Ringzone',
      'Content-Length: 0',
      '',
      '',
    ]);
  });

  it('says the transport in Via and in URIs, and has IPv6 in brackets', () => {
    const octets = writeOptionsRequest({
      transaction,
      transport: 'tls',
      server: { address: '2001:db8::11', port: 5061 },
      client: { address: '2001:db8::53', port: 40_123 },
      maxForwards: 1,
    });
    const text = Buffer.from(octets).toString('latin1');
    expect(text).toContain(
      'OPTIONS sip:[2001:db8::11]:5061;transport=tls SIP/2.0\r\nVia: SIP/2.0/TLS [2001:db8::53]:40123;',
    );
    expect(text).toContain('From: <sip:ringzone@[2001:db8::53]>;tag=');
    expect(text).toContain('Max-Forwards: 1\r\n');
  });
});

describe('a reply', () => {
  it('is read', () => {
    const parsed = parseReplyDatagram(
      message([...fields, 'Retry-After: 120;duration=60 (busy)'], 'SIP/2.0 503 Stopping'),
    );
    expect(parsed).toEqual({
      ok: true,
      value: {
        status: 503,
        reason: 'Stopping',
        branch: transaction.branch,
        callId: transaction.callId,
        cseq: 1,
        method: 'OPTIONS',
        fromTag: transaction.fromTag,
        retryAfterSeconds: 120,
        contentOctets: 0,
      },
    });
    expect(parsed.ok && findMismatch(parsed.value, transaction)).toBe(undefined);
  });

  it('may be in compact form, folded, with more Vias and in any case', () => {
    const parsed = parseReplyDatagram(
      message(
        [
          `v: SIP / 2.0 / UDP 192.0.2.53:40123\r\n ;received="a;branch=b"\r\n\t;Branch=${transaction.branch}, SIP/2.0/UDP x;branch=no`,
          'VIA: SIP/2.0/UDP other;branch=z9hG4bKother',
          `f : "Ring;tag=no" <sip:a@b;tag=no>;x="\\";tag=no";TAG = ${transaction.fromTag}`,
          `I:${transaction.callId}`,
          'cseq: 1  OPTIONS',
          'l: 3',
        ],
        'sip/2.0 404 ',
        'abcdef',
      ),
    );
    expect(parsed.ok && findMismatch(parsed.value, transaction)).toBe(undefined);
    expect(parsed.ok && parsed.value.status).toBe(404);
  });

  it.each([
    ['branch', `Via: SIP/2.0/UDP 192.0.2.53;branch=z9hG4bKother`, 'Via'],
    ['Call-ID', 'Call-ID: other@ringzone', 'Call-ID'],
    ['CSeq', 'CSeq: 2 OPTIONS', 'CSeq'],
    ['CSeq', 'CSeq: 1 INVITE', 'CSeq'],
    ['From tag', 'From: <sip:ringzone@192.0.2.53>;tag=other', 'From'],
  ])('with another %s is one to another request', (what, line, name) => {
    const parsed = parseReplyDatagram(message(replacing(name, line)));
    expect(parsed.ok && findMismatch(parsed.value, transaction)).toBe(`a reply with another ${what}`);
  });

  it.each([
    ['something that is not SIP', Buffer.from('\u0000\u0001garbage')],
    ['something that is not SIP', message(fields, 'HTTP/1.1 200 OK')],
    ['a request, not a reply', message(fields, 'OPTIONS sip:a SIP/2.0')],
    ['a malformed status line', message(fields, 'SIP/2.0 2000 OK')],
    ['a malformed status line', message(fields, 'SIP/2.0 700 OK')],
    ['a malformed status line', message(fields, 'SIP/2.0 200')],
    ['a malformed status line', message(fields, 'SIP/2.0 200 a\nb')],
    ['a header section without its end', message(fields).subarray(0, -2)],
    ['a header section without its end', Buffer.from('SIP/2.0 200 OK\r\n')],
    ['a header section without its end', Buffer.from('SIP')],
    ['a body that is cut short', message(replacing('Content-Length', 'Content-Length: 1'))],
    ['no branch in Via', message(replacing('Via', 'Via: SIP/2.0/UDP a'))],
    ['no branch in Via', message(replacing('Via', `Via: SIP/3.0/UDP a;branch=${transaction.branch}`))],
    ['no branch in Via', message(replacing('Via'))],
    ['no Call-ID', message(replacing('Call-ID'))],
    ['no valid CSeq', message(replacing('CSeq', 'CSeq: OPTIONS'))],
    ['no tag in From', message(replacing('From', 'From: <sip:a;tag=b>'))],
    ['no valid Content-Length', message(replacing('Content-Length', 'Content-Length: -1'))],
    ['two header fields call-id', message([...fields, 'i: other'])],
    ['a malformed header field', message([...fields, 'no colon'])],
    ['a malformed header field', message([' folded: first', ...fields])],
    ['a control character in call-id', message(replacing('Call-ID', 'Call-ID: a\nCSeq: b'))],
    ['a header field that is too long', message([...fields, `X: ${'x'.repeat(maxFieldOctets)}`])],
    ['too many header fields', message([...fields, ...Array.from({ length: 256 }, () => 'X: y')])],
    [
      'a header section that is too long',
      message([...fields, ...Array.from({ length: 64 }, () => `X: ${'x'.repeat(1100)}`)]),
    ],
  ])('is refused: %s', (problem, octets) => {
    expect(problemOf(octets)).toBe(problem);
  });

  it('has its phrase in printable characters', () => {
    const parsed = parseReplyDatagram(message(fields, `SIP/2.0 486 \u00e9\u001b[31m${'x'.repeat(200)}`));
    expect(parsed.ok && parsed.value.reason).toBe(`??[31m${'x'.repeat(74)}`);
  });

  it('has no Retry-After where it is no number', () => {
    const parsed = parseReplyDatagram(message([...fields, 'Retry-After: soon']));
    expect(parsed.ok && parsed.value.retryAfterSeconds).toBe(undefined);
  });
});

describe('a parameter', () => {
  it.each([
    ['a;tag=1', '1'],
    ['a; tag = 1 ;x', '1'],
    ['a;tag', undefined],
    ['a;tag=', undefined],
    ['a, b;tag=1', undefined],
    ['"unended;tag=1', undefined],
    ['<unended;tag=1', undefined],
    ['tag=1', undefined],
    ['', undefined],
  ])('of %s', (value, expected) => {
    expect(findParameter(value, 'tag')).toBe(expected);
  });
});

describe('a stream', () => {
  const body = 'v=0\r\n\r\n';
  const first = message(fields, 'SIP/2.0 100 Trying');
  const second = message(replacing('Content-Length', `Content-Length: ${body.length}`), 'SIP/2.0 200 OK', body);
  const both = Buffer.concat([Buffer.from('\r\n'), first, Buffer.from('\r\n\r\n'), second, first]);

  it('gives its messages, however it is cut', () => {
    for (const size of [1, 2, 3, 7, 100, both.length]) {
      const stream = new ReplyStream();
      const statuses: number[] = [];
      for (let at = 0; at < both.length; at += size)
        for (const found of stream.push(both.subarray(at, at + size))) if (found.ok) statuses.push(found.value.status);
      expect(statuses).toEqual([100, 200, 100]);
    }
  });

  it.each([
    ['something that is not SIP', Buffer.alloc(1_000_000, 'x')],
    ['something that is not SIP', Buffer.alloc(1_000_000, '\r\n')],
    ['a header section that is too long', Buffer.from(`SIP/2.0 200 OK\r\n${'X: y\r\n'.repeat(200_000)}`)],
    ['no Content-Length, which a stream needs', message(replacing('Content-Length'))],
    ['a body that is too long', message(replacing('Content-Length', `Content-Length: ${maxContentOctets + 1}`))],
  ])('is given up: %s', (problem, octets) => {
    const stream = new ReplyStream();
    let found = stream.push(octets.subarray(0, 5));
    for (let at = 5; at < octets.length && found.length === 0; at += 50_000)
      found = stream.push(octets.subarray(at, at + 50_000));
    expect(found).toEqual([{ ok: false, error: problem }]);
  });

  it('is given up before more than a header section is kept', () => {
    const stream = new ReplyStream();
    let pushed = 0;
    const chunk = Buffer.from('X: y\r\n'.repeat(100));
    let found = stream.push(Buffer.from('SIP/2.0 200 OK\r\n'));
    while (found.length === 0 && pushed < 1_000_000) {
      found = stream.push(chunk);
      pushed += chunk.length;
    }
    expect(pushed).toBeLessThan(maxHeaderOctets + 2 * chunk.length);
  });
});
