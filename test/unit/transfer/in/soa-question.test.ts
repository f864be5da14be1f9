import { describe, expect, it } from 'vitest';
import { readSoaAnswer, writeSoaQuestion } from '../../../../src/transfer/in/soa-question.ts';
import { apex, messages } from './fixtures.ts';

const question = { apex, zoneClass: 1, id: 0x1234, edns: true };

function read(name: string, changes = {}) {
  const [message] = messages(name) as [Uint8Array];
  return readSoaAnswer({ ...question, ...changes }, message, 0, message.length);
}

describe('the question for the SOA', () => {
  it('asks for EXPIRE with EDNS (RFC 7314 §2), or does without', () => {
    const out = new Uint8Array(100).fill(0xee);
    const octets = writeSoaQuestion(question, out, 2);
    expect(Buffer.from(out.subarray(2, 2 + octets)).toString('hex')).toBe(
      '123400000001000000000001' + '076578616d706c6500' + '00060001' + '0000290' + '4d000000000' + '0004' + '00090000',
    );
    const plain = writeSoaQuestion({ ...question, edns: false }, out, 0);
    expect(Buffer.from(out.subarray(0, plain)).toString('hex')).toBe(
      '123400000001000000000000' + '076578616d706c6500' + '00060001',
    );
  });
});

describe('its answer', () => {
  it.each([
    ['soaAnswer', { kind: 'soa', serial: 7, expireSeconds: undefined }],
    ['soaExpire', { kind: 'soa', serial: 7, expireSeconds: 3600 }],
    ['soaEmptyExpire', { kind: 'soa', serial: 7, expireSeconds: undefined }],
    ['soaTruncated', { kind: 'truncated' }],
    ['soaRefused', { kind: 'useless', reason: 'unexpected rcode (REFUSED)', rcode: 5 }],
    ['soaReferral', { kind: 'useless', reason: 'non-authoritative answer', rcode: 0 }],
    ['soaNoData', { kind: 'useless', reason: 'NODATA response', rcode: 0 }],
    ['soaCname', { kind: 'useless', reason: 'CNAME at top of zone', rcode: 0 }],
    ['soaTwice', { kind: 'useless', reason: 'answer SOA count (2) != 1', rcode: 0 }],
    ['soaOther', { kind: 'other' }],
  ])('%s', (name, answer) => {
    expect(read(name)).toEqual(answer);
  });

  it('is of this question', () => {
    expect(read('soaAnswer', { id: 0x1235 })).toEqual({ kind: 'other' });
    expect(read('soaAnswer', { zoneClass: 3 })).toEqual({ kind: 'other' });
  });

  it('cut short anywhere is never taken for one', () => {
    const [message] = messages('soaExpire') as [Uint8Array];
    for (let end = 0; end < message.length; end++) {
      expect(['other', 'useless']).toContain(readSoaAnswer(question, message, 0, end).kind);
    }
  });
});
