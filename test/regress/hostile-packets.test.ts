/**
 * Packets and zones that have stopped other servers, each with what it is answered with here. The fuzzer begins with the same messages
 * (test/fuzz/corpus/messages.txt) and bounds their steps; here stands what must come of them.
 */
import { describe, expect, it } from 'vitest';
import { Answerer } from '../../src/answer/answerer.ts';
import { Transport } from '../../src/answer/outcome.ts';
import { ResponseCache } from '../../src/answer/response-cache.ts';
import { loadZoneFile } from '../../src/store/load-zone.ts';
import { IncomingTransfer } from '../../src/transfer/in/incoming-transfer.ts';
import { MessageRecord } from '../../src/transfer/in/message-record.ts';
import { runUpdate } from '../../src/transfer/update/run-update.ts';
import { parseUpdateMessage } from '../../src/transfer/update/update-message.ts';
import { Rcode, Type } from '../../src/wire/codes.ts';
import { wireNameFrom } from '../../src/wire/name.ts';
import { TcpFrames } from '../../src/wire/tcp-frames.ts';
import { openFromMemory } from '../../src/zonefile/zone-source.ts';
import { runJob } from '../fuzz/engine/run-job.ts';
import { decodeMessage } from '../interop/lib/decode-message.ts';
import { buildUpdate, type UpdateRecord } from '../interop/lib/update-message.ts';
import { questionOctets, Served } from '../unit/answer/served.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const apex = 'p.test.';
const head = '$TTL 60\n@ SOA ns hostmaster 1 7200 3600 604800 900\n@ NS ns\nns A 192.0.2.1\n';
const served = new Served([{ apex, text: `${head}*.w A 192.0.2.2\n` }]);

const name = '01 70 04 74657374 00';
const record = (type: string, rest: string) => `${name} ${type} ${rest}`;
const opt = '00 0029 04d0 00000000';
const tsig = record('00fa', '00ff 00000000 0011 0161 00 000000000000 012c 0000 1234 0000 0000');
const { formErr, notImp, refused, noError } = Rcode;

/** What it is, the octets behind id 1234, the RCODE; `undefined` is silence. */
const packets: readonly (readonly [string, string, number | undefined])[] = [
  ['a response: two servers would answer each other for ever', `8100 0001 0000 0000 0000 ${name} 0001 0001`, undefined],
  ['less than a header', '0000 0001 0000 0000', undefined],
  ['twelve octets that count 65,535 questions', '0100 ffff 0000 0000 0000', formErr],
  ['twelve octets that count 262,140 of everything', '0100 ffff ffff ffff ffff', formErr],
  ['a question, and 65,535 records that are not there', `0100 0001 ffff ffff ffff ${name} 0001 0001`, formErr],
  ['a name that is a pointer to itself', '0100 0001 0000 0000 0000 c00c 0001 0001', formErr],
  ['two pointers to each other', `0100 0001 0000 0000 0000 c00e c00c 0001 0001`, formErr],
  ['a pointer to what comes behind', '0100 0001 0000 0000 0000 c012 0001 0001 0161 00', formErr],
  ['a pointer into the header', '0100 0001 0000 0000 0000 c000 0001 0001', formErr],
  ['a label longer than the message', '0100 0001 0000 0000 0000 3f61', formErr],
  ['a label of 64 octets', `0100 0001 0000 0000 0000 40${'61'.repeat(64)} 00 0001 0001`, formErr],
  ['a name of 256 octets', `0100 0001 0000 0000 0000 ${'0161'.repeat(127)}0100 00 0001 0001`, formErr],
  ['a name of 127 labels', `0100 0001 0000 0000 0000 ${'0161'.repeat(127)}00 0001 0001`, refused],
  ['OPT twice', `0100 0001 0000 0000 0002 ${name} 0001 0001 ${opt} 0000 ${opt} 0000`, formErr],
  [
    'OPT that is not the root',
    `0100 0001 0000 0000 0001 ${name} 0001 0001 ${record('0029', '04d0 00000000 0000')}`,
    formErr,
  ],
  [
    'OPT with an option longer than itself',
    `0100 0001 0000 0000 0001 ${name} 0001 0001 ${opt} 0004 000a ffff`,
    formErr,
  ],
  ['OPT with half an option', `0100 0001 0000 0000 0001 ${name} 0001 0001 ${opt} 0003 000a00`, formErr],
  [
    'a client subnet of 255 bits',
    `0100 0001 0000 0000 0001 ${name} 0001 0001 ${opt} 000b 0008 0007 0001 ff00 c00002`,
    formErr,
  ],
  [
    'a cookie of nine octets',
    `0100 0001 0000 0000 0001 ${name} 0001 0001 ${opt} 000d 000a 0009 ${'01'.repeat(9)}`,
    formErr,
  ],
  [
    'TKEY with a record of another type (CVE-2015-5477)',
    `0000 0001 0000 0000 0001 ${name} 00f9 00ff ${record('0010', '00ff 00000000 0001 00')}`,
    formErr,
  ],
  ['a TSIG before the last record', `0100 0001 0000 0000 0002 ${name} 0001 0001 ${tsig} ${opt} 0000`, formErr],
  ['two TSIGs', `0100 0001 0000 0000 0002 ${name} 0001 0001 ${tsig} ${tsig}`, formErr],
  ['a TSIG as an answer', `0100 0001 0001 0000 0000 ${name} 0001 0001 ${tsig}`, formErr],
  [
    'a TSIG whose MAC is longer than its data',
    `0100 0001 0000 0000 0001 ${name} 0001 0001 ${record('00fa', '00ff 00000000 0011 0161 00 000000000000 012c ffff 1234 0000 0000')}`,
    formErr,
  ],
  ['OPT, TSIG and TKEY asked for', `0100 0001 0000 0000 0000 ${name} 0029 0001`, formErr],
  ['an inverse query (CVE-1998-0009)', '0900 0000 0001 0000 0000 00 0001 0001 00000000 0004 7f000001', notImp],
  ['an opcode that is not assigned', `7800 0001 0000 0000 0000 ${name} 0001 0001`, notImp],
  ['two questions', `0100 0002 0000 0000 0000 ${name} 0001 0001 ${name} 0001 0001`, formErr],
  ["a version of EDNS that there isn't", `0100 0001 0000 0000 0001 ${name} 0006 0001 00 0029 04d0 00ff0000 0000`, 16],
  ['TYPE0', `0100 0001 0000 0000 0000 ${name} 0000 0001`, noError],
  ['TYPE65535 in class 65535', `0100 0001 0000 0000 0000 ${name} ffff ffff`, refused],
  ['MAILB', `0100 0001 0000 0000 0000 ${name} 00fd 0001`, notImp],
  [
    'IXFR without an SOA, of who may not have it',
    `0000 0001 0000 0001 0000 ${name} 00fb 0001 ${record('0001', '0001 00000000 0004 c0000201')}`,
    refused,
  ],
  ['AXFR over UDP, of who may not have it', `0000 0001 0000 0000 0000 ${name} 00fc 0001`, refused],
];

describe('a packet', () => {
  it.each(packets)('%s', (_, hex, rcode) => {
    const message = Uint8Array.from(Buffer.from(`1234${hex}`.replaceAll(' ', ''), 'hex'));
    const wire = served.answerOctets(message);
    if (rcode === undefined) expect(wire.length).toBe(0);
    else expect(decodeMessage(wire).rcode).toBe(rcode);
    expect(wire.length).toBeLessThanOrEqual(512);
  });

  it('of the fuzzer takes bounded steps, in every target that takes messages', { timeout: 240_000 }, async () => {
    const inputs = packets.map(([, hex]) => Uint8Array.from(Buffer.from(`1234${hex}`.replaceAll(' ', ''), 'hex')));
    const failures: string[] = [];
    const events = {
      onProgress: () => undefined,
      onFailure: (_: Uint8Array, signature: string) => void failures.push(signature),
    };
    const job = { target: 'request', seed: 1, executions: 0, mostMs: Number.POSITIVE_INFINITY, inputs };
    const result = await runJob(job, events);
    expect(failures).toEqual([]);
    expect(result?.progress.executions).toBe(packets.length);
  });
});

describe('an update', () => {
  const update = (updates: readonly UpdateRecord[], prerequisites: readonly UpdateRecord[] = []) => {
    const parsed = parseUpdateMessage(new Uint8Array(buildUpdate(1, 'p.test', updates, prerequisites)));
    if (!parsed.ok) return parsed.error;
    const change = served.store.startChange(served.zoneNumbers[0] as number);
    const outcome = runUpdate(parsed.value, change, undefined, () => undefined);
    change.discard();
    return outcome.ok ? 0 : outcome.error.rcode;
  };
  const plain = { name: 'a.p.test', ttl: 0, class: 1, data: [] as number[] };

  it.each([
    ['adds ANY', { ...plain, type: 255 }],
    ['adds AXFR', { ...plain, type: 252 }],
    ['adds MAILA', { ...plain, type: 254 }],
    ['adds OPT', { ...plain, type: 41 }],
    ['adds TSIG', { ...plain, type: 250 }],
    ['removes TSIG', { ...plain, type: 250, class: 255 }],
    ['removes ANY as one record (CVE-2009-0696 and its like)', { ...plain, type: 255, class: 254 }],
    ['has a TTL where there is none', { ...plain, type: 1, class: 255, ttl: 5 }],
    ['has data where there is none', { ...plain, type: 1, class: 255, data: [1, 2, 3, 4] }],
    ['has a class that is none', { ...plain, type: 1, class: 77, data: [1, 2, 3, 4] }],
    ['has data that is cut short', { ...plain, type: 33, data: [0, 1] }],
  ])('that %s is malformed', (_, one) => {
    expect(update([one])).toBe(formErr);
  });

  it('with prerequisites of ANY that have data is malformed', () => {
    const any = { ...plain, type: 255, class: 255, data: [1] };
    expect(update([], [any])).toBe(formErr);
  });
});

describe('a transfer', () => {
  const id = 0x1234;
  const question = Uint8Array.of(...wireNameFrom(apex), 0, 252, 0, 1);
  const soa = (serial: number) =>
    Uint8Array.of(0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 60, 0, 22, 0, 0, 0, 0, 0, serial, ...new Uint8Array(16));

  /** Why it fails. */
  function take(records: readonly Uint8Array[], fromSerial?: number): string | undefined {
    const none = () => undefined;
    const sink = { startZone: none, startDelta: none, addRecord: none, removeRecord: none };
    const bounds = { records: 100_000, octets: 10_000_000 };
    const asked = { apex: wireNameFrom(apex), zoneClass: 1, id, fromSerial };
    const transfer = new IncomingTransfer(asked, bounds, undefined, sink);
    const first = fromSerial === undefined ? question : question.with(question.length - 3, 251);
    const counts = [0, 1, records.length >> 8, records.length & 255, 0, 0, 0, 0];
    const message = Buffer.concat([Uint8Array.of(0x12, 0x34, 0x84, 0, ...counts), first, ...records]);
    transfer.push(Uint8Array.of(message.length >> 8, message.length & 255, ...message));
    transfer.end('end of file');
    return transfer.problem?.text;
  }

  it('whose serials go back, or begin elsewhere, is refused', () => {
    const orders: readonly (readonly number[])[] = [
      [7, 5, 9, 7],
      [7, 6, 7, 7],
      [7, 5, 7, 9, 7],
      [7, 5, 4, 4, 7, 7],
    ];
    for (const order of orders) expect(take(order.map(soa), 5), order.join()).toBeDefined();
    expect(take([7, 5, 7, 7].map(soa), 5)).toBeUndefined();
  });

  it('of names that are pointers to pointers is refused before they take long', () => {
    // 8,000 pointers, each to the one before, then 4,000 records whose owner is the last of them: 32 million steps for 64 KiB.
    const chain = new Uint8Array(16_000);
    const start = 12 + question.length + 12;
    for (let at = 2; at < chain.length; at += 2) {
      const to = start + at - 2;
      chain[at] = 0xc0 | (to >> 8);
      chain[at + 1] = to & 255;
    }
    const text = Uint8Array.of(0xc0, 12, 0xff, 0, 0, 1, 0, 0, 0, 60, chain.length >> 8, chain.length & 255, ...chain);
    const last = start + chain.length - 2;
    const owner = Uint8Array.of(0xc0 | (last >> 8), last & 255, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4);
    expect(take([soa(7), text, ...numbers(2900).map(() => owner), soa(7)])).toBe('FORMERR: malformed record');
  });

  it('takes as many pointers as a name can have labels', () => {
    for (const [count, isName] of [
      [127, true],
      [128, false],
    ] as const) {
      const message = new Uint8Array(12 + 2 + 2 * count + 20);
      for (let i = 1; i <= count; i++) {
        const to = 12 + (i === 1 ? 0 : 2 * i - 2);
        message.set([0xc0 | (to >> 8), to & 255], 12 + 2 * i);
      }
      const owner = 12 + 2 * count;
      message.set([0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4], owner + 2);
      const reader = new MessageRecord();
      reader.begin(message, 0, message.length);
      expect(reader.read(owner) > 0).toBe(isName);
    }
  });
});

describe('a zone', () => {
  const serve = (lines: readonly string[]) => new Served([{ apex, text: `${head}${lines.join('\n')}\n` }]);

  it('of aliases that go in a circle, or a long way, is answered with a few of them', () => {
    const chain = numbers(200).map((i) => `a${i} CNAME a${i + 1}`);
    const zone = serve([...chain, 'b CNAME c', 'c CNAME b', 'd DNAME d.d', 'self CNAME self']);
    for (const qname of ['a0', 'b', 'x.d', 'self']) {
      const { message, octets } = zone.ask({ qname: `${qname}.${apex}`, qtype: Type.a, tcp: true });
      expect(message.answer.length).toBeLessThanOrEqual(34);
      expect(octets).toBeLessThan(8000);
    }
  });

  it('of a text of 60,000 octets is cut off over UDP and whole over TCP', () => {
    const zone = serve([`big TXT ${`"${'x'.repeat(250)}" `.repeat(239)}`]);
    const question = { qname: `big.${apex}`, qtype: Type.txt };
    for (const edns of [512, 1232, 65_535]) {
      const { octets, message } = zone.ask({ ...question, edns });
      expect(octets).toBeLessThanOrEqual(1232);
      expect(message.flags & 0x200).toBe(0x200);
    }
    const { octets, message } = zone.ask({ ...question, tcp: true });
    expect(octets).toBeGreaterThan(59_000);
    expect(message.flags & 0x200).toBe(0);
  });

  it('with a thousand keys and signatures of one tag (KeyTrap) costs the server no more than their octets', () => {
    const keys = numbers(500).map((i) => `@ DNSKEY 256 3 8 ${Buffer.from(`key ${i}`).toString('base64')}`);
    const times = '20300101000000 20200101000000';
    const signatures = numbers(500).map(
      (i) => `@ RRSIG DNSKEY 8 2 60 ${times} 4711 @ ${Buffer.from(`sig ${i}`).toString('base64')}`,
    );
    const zone = serve([...keys, ...signatures]);
    const { octets } = zone.ask({ qname: apex, qtype: Type.dnskey, edns: 1232, dnssecOk: true });
    expect(octets).toBeLessThanOrEqual(1232);
    const whole = zone.ask({ qname: apex, qtype: Type.dnskey, edns: 1232, dnssecOk: true, tcp: true });
    expect(whole.message.answer.length).toBe(1000);
  });

  it('whose NSEC3 is hashed more often than 500 times is refused (CVE-2023-50868)', () => {
    const load = (iterations: number) => {
      const text = `${head}@ NSEC3PARAM 1 0 ${iterations} -\n`;
      const open = openFromMemory(new Map([['z', text]]));
      const { store } = served;
      const { zone, diagnostics } = loadZoneFile(store, {
        file: 'z',
        apex: wireNameFrom(apex),
        zoneClass: 1,
        strict: false,
        open,
      });
      if (zone !== undefined) store.discard(zone);
      return diagnostics.filter(({ message }) => message.includes('iterations')).map(({ severity }) => severity);
    };
    expect(load(501)).toContain('error');
    expect(load(65_535)).toContain('error');
    expect(load(500)).not.toContain('error');
  });
});

describe('a flood', () => {
  it('of names that nobody asks twice (water torture) leaves the cache to those that are', () => {
    const answerer = new Answerer(served.reader, served.settings, new ResponseCache(served.reader));
    const response = new Uint8Array(4096);
    served.reader.enter();
    const ask = (qname: string): boolean => {
      const message = questionOctets({ qname, qtype: Type.a });
      answerer.answer(message, 0, message.length, Transport.udp, 0, response, 0);
      return answerer.isRepeated;
    };
    for (let i = 0; i < 3; i++) ask(`ns.${apex}`);
    expect(ask(`ns.${apex}`)).toBe(true);
    let found = 0;
    for (const i of numbers(40_000)) if (ask(`${i.toString(36)}x${(i * 7919) % 40_009}.w.${apex}`)) found++;
    served.reader.leave();
    expect(found).toBe(0);
    served.reader.enter();
    expect(ask(`ns.${apex}`)).toBe(true);
    served.reader.leave();
  });

  it('of single octets over TCP is gathered with a few copies of what has come', () => {
    const frames = new TcpFrames();
    let most = 0;
    for (const octet of [0xff, 0xff, ...new Uint8Array(65_534)]) {
      frames.push(Uint8Array.of(octet));
      expect(frames.next()).toBe(false);
      most = Math.max(most, frames.heldOctets);
    }
    expect(most).toBeLessThanOrEqual(65_537);
    frames.push(Uint8Array.of(7));
    expect(frames.next()).toBe(true);
    expect(frames.messageOctets).toBe(65_535);
  });
});
