import { describe, expect, it } from 'vitest';
import { type Reply, writeReply } from '../../../src/transfer/reply.ts';
import { Request } from '../../../src/wire/request.ts';
import { addText, buildUpdate } from '../../interop/lib/update-message.ts';

const opt = Buffer.from('00002904d0000080000000', 'hex');

function replyTo(message: Buffer, reply: Reply): string {
  const request = new Request();
  request.parse(message, 0, message.length);
  return Buffer.from(writeReply(request, reply)).toString('hex');
}

function withOpt(message: Buffer): Buffer {
  const signed = Buffer.concat([message, opt]);
  signed.writeUInt16BE(1, 10);
  return signed;
}

describe('writeReply', () => {
  const message = buildUpdate(0x1234, 'Dyn.test', [addText('a.dyn.test', 'x')]);
  const zone = '0344796e 04746573 7400 0006 0001'.replaceAll(' ', '');

  it('repeats id, opcode and the zone section as it came, and no records', () => {
    // RFC 2136 §3.8: the other sections may be left out.
    expect(replyTo(message, { rcode: 0 })).toBe(`1234a8000001000000000000${zone}`);
    expect(replyTo(message, { rcode: 9 })).toBe(`1234a8090001000000000000${zone}`);
  });

  it('has an OPT where the request has one, with the error for who understands it', () => {
    expect(replyTo(withOpt(message), { rcode: 0 })).toBe(`1234a8000001000000000001${zone}00002904d0000000000000`);
    expect(replyTo(withOpt(message), { rcode: 5, extendedError: 18 })).toBe(
      `1234a8050001000000000001${zone}00002904d0000000000006000f00020012`,
    );
    expect(replyTo(message, { rcode: 5, extendedError: 18 })).toBe(`1234a8050001000000000000${zone}`);
  });

  it('repeats RD, and sets AA where it is told', () => {
    const notify = Buffer.from(`432124000001000000000000${zone}`, 'hex');
    expect(replyTo(notify, { rcode: 0, authoritative: true })).toBe(`4321a4000001000000000000${zone}`);
    notify.writeUInt16BE(0x2500, 2);
    expect(replyTo(notify, { rcode: 0 })).toBe(`4321a1000001000000000000${zone}`);
  });
});
