import { describe, expect, it } from 'vitest';
import type { MinimalResponses } from '../../../src/plane/answer-settings.ts';
import { Flag, Type } from '../../../src/wire/codes.ts';
import { Served } from './served.ts';
import { allZones, exampleZone, wideZone } from './zones.ts';

const wide = new Served([wideZone(40)]);
const question = { qname: '_sip._udp.wide.test.', qtype: Type.srv, flags: Flag.rd } as const;

describe('the size of answers', () => {
  it('is at most 512 octets without EDNS, and what both take with it', () => {
    expect(wide.ask(question).octets).toBeLessThanOrEqual(512);
    expect(wide.ask({ ...question, edns: 600 }).octets).toBeLessThanOrEqual(600);
    expect(wide.ask({ ...question, edns: 4096 }).octets).toBeLessThanOrEqual(1232);
    expect(wide.ask({ ...question, edns: 100 }).octets).toBeGreaterThan(400);
    const tcp = wide.ask({ ...question, tcp: true });
    expect(tcp.octets).toBeGreaterThan(1232);
    expect(tcp.message.flags & Flag.tc).toBe(0);
    expect([tcp.answer.length, tcp.additional.length]).toEqual([40, 40]);
  });

  it('sets TC where the answer does not fit, keeps OPT and the whole records that fit', () => {
    const reply = wide.ask({ ...question, edns: 512 });
    expect(reply.message.flags & Flag.tc).toBe(Flag.tc);
    expect(wide.answerer.truncated).toBe(true);
    expect(reply.message.opt).toBeDefined();
    expect(reply.answer.length).toBeGreaterThan(5);
    expect(reply.answer).toEqual(wide.ask({ ...question, tcp: true }).answer.slice(0, reply.answer.length));
    expect(reply.additional).toEqual([]);
  });

  it('leaves additional addresses out without TC', () => {
    const narrow = new Served([wideZone(11)]);
    const whole = narrow.ask({ ...question, tcp: true });
    const reply = narrow.ask(question);
    expect(reply.message.flags & Flag.tc).toBe(0);
    expect(reply.answer).toEqual(whole.answer);
    expect(reply.additional.length).toBeLessThan(whole.additional.length);
    expect(reply.additional).toEqual(whole.additional.slice(0, reply.additional.length));
  });

  it('sets TC where in-domain glue does not fit, and not for siblings’ (RFC 9471)', () => {
    const zone = new Served([wideZone(16)]);
    const glue = zone.ask({ qname: 'x.sub.wide.test.', qtype: Type.a });
    expect(glue.message.flags & Flag.tc).toBe(Flag.tc);
    expect(glue.authority).toHaveLength(16);
    const sibling = zone.ask({ qname: 'x.sib.wide.test.', qtype: Type.a });
    expect(sibling.message.flags & Flag.tc).toBe(0);
    expect(sibling.authority).toHaveLength(16);
    expect(sibling.additional.length).toBeLessThan(16);
    expect(zone.ask({ qname: 'x.sib.wide.test.', qtype: Type.a, tcp: true }).additional).toHaveLength(16);
  });

  it('never passes 64 KiB over TCP', () => {
    const huge = Array.from({ length: 2000 }, (_, i) => `big TXT "${String(i).padStart(40, 'x')}"`).join('\n');
    const text = `$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns.other.test.\n${huge}\n`;
    const reply = new Served([{ apex: 'huge.test.', text }]).ask({
      qname: 'big.huge.test.',
      qtype: Type.txt,
      tcp: true,
    });
    expect(reply.octets).toBeLessThanOrEqual(65_535);
    expect(reply.octets).toBeGreaterThan(65_000);
    expect(reply.message.flags & Flag.tc).toBe(Flag.tc);
  });
});

describe('minimal-responses', () => {
  const sectionsOf = (minimalResponses: MinimalResponses, flags: number) => {
    const served = new Served(allZones, { minimalResponses });
    const count = (qname: string, qtype: number) => {
      const reply = served.ask({ qname, qtype, flags, edns: 1232 });
      return [reply.authority.length, reply.additional.length];
    };
    return { srv: count('_sip._udp.example.test.', Type.srv), referral: count('x.sub.example.test.', Type.a) };
  };

  it.each([
    // SRV has 4 addresses of its own; the two NS have 3 more.
    ['no', Flag.rd, [2, 7]],
    ['no-auth-recursive', 0, [2, 7]],
    ['no-auth-recursive', Flag.rd, [0, 4]],
    ['no-auth', 0, [0, 4]],
    ['yes', 0, [0, 0]],
  ] as const)('%s with flags %i', (setting, flags, srv) => {
    expect(sectionsOf(setting, flags)).toEqual({ srv, referral: [3, 2] });
  });

  it('gives the addresses of NS whatever the setting', () => {
    const reply = new Served([exampleZone], { minimalResponses: 'yes' }).ask({
      qname: 'example.test.',
      qtype: Type.ns,
    });
    expect(reply.additional).toHaveLength(3);
  });
});
