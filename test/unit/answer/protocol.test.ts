import { describe, expect, it } from 'vitest';
import { Outcome } from '../../../src/answer/outcome.ts';
import { Class, Ede, EdnsOption, Flag, Opcode, Rcode, Type } from '../../../src/wire/codes.ts';
import { decode } from './decode.ts';
import { questionOctets, Served } from './served.ts';
import { allZones } from './zones.ts';

const served = new Served(allZones, { serverId: 'node-7' });

function edeOf(options: Map<number, Uint8Array> | undefined) {
  const data = options?.get(EdnsOption.ede);
  return (
    data && { code: (data[0] as number) * 256 + (data[1] as number), text: new TextDecoder().decode(data.subarray(2)) }
  );
}

describe('refusals', () => {
  it('refuses names outside of all zones, and tells EDNS why', () => {
    const reply = served.ask({ qname: 'www.elsewhere.', qtype: Type.a, edns: 1232, flags: Flag.rd });
    expect(reply.message.rcode).toBe(Rcode.refused);
    expect(reply.message.flags & ~15).toBe(Flag.qr | Flag.rd);
    expect(edeOf(reply.message.opt?.options)?.code).toBe(Ede.notAuthoritative);
    expect(edeOf(reply.message.opt?.options)?.text).toMatch(/zone/);
    expect(served.answerer.outcome).toBe(Outcome.refused);
    expect(served.ask({ qname: 'www.elsewhere.', qtype: Type.a }).message.opt).toBeUndefined();
  });

  it('fails for a zone that is not loaded', () => {
    const reply = served.ask({ qname: 'www.broken.test.', qtype: Type.a, edns: 1232 });
    expect(reply.message.rcode).toBe(Rcode.servFail);
    expect(reply.message.flags & Flag.aa).toBe(0);
    expect(edeOf(reply.message.opt?.options)?.code).toBe(Ede.notReady);
    expect(served.answerer.outcome).toBe(Outcome.zoneNotLoaded);
    expect(served.answerer.zoneNumber).toBe(served.zoneNumbers[3]);
  });

  it('refuses other classes', () => {
    for (const qclass of [Class.hs, Class.none, Class.any, 2]) {
      expect(served.ask({ qname: 'example.test.', qtype: Type.soa, qclass }).message.rcode).toBe(Rcode.refused);
    }
  });

  it('answers transfers with what they get in one message', () => {
    const ask = (qname: string, qtype: number, tcp: boolean) => served.ask({ qname, qtype, tcp, edns: 1232 }).message;
    expect(ask('example.test.', Type.axfr, false).rcode).toBe(Rcode.formErr);
    expect(ask('www.example.test.', Type.axfr, true).rcode).toBe(Rcode.notAuth);
    expect(ask('www.example.test.', Type.ixfr, false).rcode).toBe(Rcode.notAuth);
    expect(served.answerer.outcome).toBe(Outcome.notAuth);
    expect(ask('elsewhere.test.', Type.axfr, true).rcode).toBe(Rcode.notAuth);
    for (const [qtype, tcp] of [
      [Type.axfr, true],
      [Type.ixfr, true],
      [Type.axfr, false],
      [Type.ixfr, false],
    ] as const) {
      const refused = ask('other.test.', qtype, tcp);
      expect(refused.rcode).toBe(Rcode.refused);
      expect(edeOf(refused.opt?.options)?.code).toBe(Ede.prohibited);
      expect(served.answerer.outcome).toBe(Outcome.denied);
    }
  });

  it('leaves allowed transfers over TCP to others, with the frame of the first message', () => {
    for (const qtype of [Type.axfr, Type.ixfr]) {
      const { message } = served.ask({ qname: 'Example.Test.', qtype, tcp: true, edns: 1232, nsid: true });
      expect(served.answerer.outcome).toBe(Outcome.transfer);
      expect([message.rcode, message.flags & Flag.aa, message.answer.length]).toEqual([Rcode.noError, Flag.aa, 0]);
      expect(message.question?.name).toBe('Example.Test.');
      expect([...(message.opt?.options.keys() ?? [])]).toEqual([EdnsOption.nsid]);
    }
  });

  it('tells who asks how long the zone is good for, by its SOA or by the time that a copy has left (RFC 7314)', () => {
    const own = new Served(allZones);
    const expireOf = (qname: string, qtype: number, tcp = false) => {
      const { message } = own.ask({ qname, qtype, tcp, edns: 1232, expire: true });
      return message.opt?.options.get(EdnsOption.expire);
    };
    expect(expireOf('example.test.', Type.soa)).toEqual(Uint8Array.of(0, 9, 58, 128));
    expect(expireOf('example.test.', Type.axfr, true)).toEqual(Uint8Array.of(0, 9, 58, 128));
    expect(expireOf('example.test.', Type.ns)).toBeUndefined();
    expect(expireOf('www.example.test.', Type.soa)).toBeUndefined();
    expect(expireOf('www.elsewhere.test.', Type.soa)).toBeUndefined();
    own.store.setExpiry(own.zoneNumbers[0] as number, 5000);
    own.answerer.nowSeconds = 4744;
    expect(expireOf('example.test.', Type.soa)).toEqual(Uint8Array.of(0, 0, 1, 0));
    own.answerer.nowSeconds = 6000;
    expect(expireOf('example.test.', Type.soa)).toEqual(Uint8Array.of(0, 0, 0, 0));
  });
});

describe('messages that are no good question', () => {
  it('is silent to responses and to less than a header', () => {
    expect(served.answerOctets(questionOctets({ qname: 'example.test.', qtype: 1, flags: Flag.qr }))).toHaveLength(0);
    expect(served.answerer.outcome).toBe(Outcome.silent);
    expect(served.answerOctets(new Uint8Array(11))).toHaveLength(0);
    expect(served.answerOctets(new Uint8Array(0))).toHaveLength(0);
  });

  it('does not implement other opcodes', () => {
    for (const opcode of [Opcode.iquery, Opcode.status, 3, 6, 15]) {
      const flags = (opcode << 11) | Flag.rd;
      const { message } = served.ask({ qname: 'example.test.', qtype: Type.soa, flags });
      expect(message.rcode).toBe(Rcode.notImp);
      expect(message.opcode).toBe(opcode);
      expect(message.flags & Flag.rd).toBe(Flag.rd);
      expect(served.answerer.outcome).toBe(Outcome.notImp);
    }
  });

  it('leaves NOTIFY and UPDATE to others, if they are well-formed', () => {
    for (const opcode of [Opcode.notify, Opcode.update]) {
      const message = questionOctets({ qname: 'example.test.', qtype: Type.soa, flags: opcode << 11 });
      expect(served.answerOctets(message)).toHaveLength(0);
      expect(served.answerer.outcome).toBe(Outcome.deferred);
      expect(decode(served.answerOctets(message.subarray(0, 14))).rcode).toBe(Rcode.formErr);
    }
  });

  it('says FORMERR with id, opcode and RD, and the question where there is one', () => {
    const short = Uint8Array.of(0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0x77);
    const reply = decode(served.answerOctets(short));
    expect(reply).toMatchObject({ id: 0x1234, rcode: Rcode.formErr, question: undefined, opt: undefined });
    expect(reply.flags & ~15).toBe(Flag.qr | Flag.rd);
    expect(served.answerer.outcome).toBe(Outcome.formErr);
    const whole = questionOctets({ qname: 'example.test.', qtype: Type.soa });
    whole[11] = 1;
    expect(decode(served.answerOctets(whole))).toMatchObject({
      rcode: Rcode.formErr,
      question: { name: 'example.test.', type: Type.soa, class: Class.in },
    });
  });
});

describe('EDNS', () => {
  it('has OPT iff the question has, with its DO and our size', () => {
    const plain = served.ask({ qname: 'web.example.test.', qtype: Type.a });
    expect(plain.message.opt).toBeUndefined();
    const edns = served.ask({ qname: 'web.example.test.', qtype: Type.a, edns: 4096, dnssecOk: true });
    expect(edns.message.opt).toEqual({ udpOctets: 1232, flags: 0x8000, options: new Map() });
    expect(served.ask({ qname: 'web.example.test.', qtype: Type.a, edns: 0 }).message.opt?.flags).toBe(0);
  });

  it('answers a later version with BADVERS', () => {
    const { message } = served.ask({ qname: 'web.example.test.', qtype: Type.a, edns: 1232, ednsVersion: 1 });
    expect(message.rcode).toBe(Rcode.badVers);
    expect(message.answer).toEqual([]);
    expect(served.answerer.outcome).toBe(Outcome.badVers);
  });

  it('names itself to who asks', () => {
    const asked = served.ask({ qname: 'web.example.test.', qtype: Type.a, edns: 1232, nsid: true });
    expect(new TextDecoder().decode(asked.message.opt?.options.get(EdnsOption.nsid))).toBe('node-7');
    const nameless = new Served(allZones).ask({ qname: 'web.example.test.', qtype: Type.a, edns: 1232, nsid: true });
    expect(nameless.message.opt?.options.size).toBe(0);
  });

  it('copies RD, clears RA, AD and CD', () => {
    const flags = Flag.rd | Flag.ra | Flag.ad | Flag.cd | Flag.aa | Flag.tc;
    const reply = served.ask({ qname: 'web.example.test.', qtype: Type.a, flags });
    expect(reply.message.flags).toBe(Flag.qr | Flag.aa | Flag.rd);
  });
});

describe('class CH', () => {
  const ask = (qname: string, qtype: number = Type.txt, from = served) => from.ask({ qname, qtype, qclass: Class.ch });

  it.each([
    ['version.bind.', 'Ringzone test'],
    ['VERSION.server.', 'Ringzone test'],
    ['hostname.bind.', 'host.test'],
    ['id.server.', 'node-7'],
  ])('tells %s', (qname, text) => {
    const reply = ask(qname);
    expect(reply.message.rcode).toBe(Rcode.noError);
    expect(reply.answer).toEqual([`${qname} 0 TXT ${JSON.stringify(text)}`]);
    expect(reply.message.answer[0]?.class).toBe(Class.ch);
  });

  it('refuses what is switched off, other names and other types', () => {
    const off = new Served(allZones, { version: undefined, hostname: undefined });
    for (const qname of ['version.bind.', 'version.server.', 'hostname.bind.', 'id.server.']) {
      expect(ask(qname, Type.txt, off).message.rcode).toBe(Rcode.refused);
    }
    expect(ask('authors.bind.').message.rcode).toBe(Rcode.refused);
    expect(ask('version.bind.', Type.a).message.rcode).toBe(Rcode.refused);
    expect(ask('example.test.', Type.soa).message.rcode).toBe(Rcode.refused);
  });
});
