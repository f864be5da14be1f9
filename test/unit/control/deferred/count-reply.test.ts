import { expect, test } from 'vitest';
import { countReply } from '../../../../src/control/deferred/count-reply.ts';
import { DeferredRequest } from '../../../../src/control/deferred/deferred-request.ts';
import { CounterBlock, createCounters, sumCounters } from '../../../../src/plane/counters.ts';
import { Opcode, Rcode } from '../../../../src/wire/codes.ts';
import { deferredOf } from './deferred-harness.ts';

/** Header and question `a SOA IN`, with that opcode and RCODE. */
function message(opcode: number, flags: number, rcode: number): Uint8Array {
  return Uint8Array.of(0, 1, flags | (opcode << 3), rcode, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 0, 0, 6, 0, 1);
}

function countsOf(opcode: number, rcode: number, family: 4 | 6 = 4) {
  const memory = createCounters(1);
  const client = { family, octets: new Uint8Array(family === 4 ? 4 : 16), port: 1 };
  const request = new DeferredRequest(deferredOf(message(opcode, 0, 0), { client }), '0x1', () => undefined);
  countReply(new CounterBlock(memory, 0), 'tcp', request, message(opcode, 0x80, rcode));
  const { named, rcodes, sizes } = sumCounters(memory);
  expect(rcodes[rcode]).toBe(1);
  expect(sizes.find((size) => size.transport === 'tcp' && size.family === family)?.responses[1]).toBe(1);
  return Object.fromEntries(Object.entries(named).filter(([name, count]) => count > 0 && name !== 'Response'));
}

test.each([
  [Opcode.update, Rcode.noError, { UpdateDone: 1 }],
  [Opcode.update, Rcode.refused, { UpdateRej: 1 }],
  [Opcode.update, Rcode.nxRrset, { UpdateBadPrereq: 1, UpdateFail: 1 }],
  [Opcode.update, Rcode.servFail, { UpdateFail: 1 }],
  [Opcode.update, Rcode.notAuth, {}],
  [Opcode.notify, Rcode.noError, { NotifyInv4: 1 }],
  [Opcode.notify, Rcode.refused, { NotifyInv4: 1, NotifyRej: 1 }],
  [Opcode.notify, Rcode.notAuth, {}],
])('opcode %i answered with RCODE %i', (opcode, rcode, counts) => {
  expect(countsOf(opcode, rcode)).toEqual(counts);
});

test('NOTIFY over IPv6', () => {
  expect(countsOf(Opcode.notify, Rcode.noError, 6)).toEqual({ NotifyInv6: 1 });
});
