import { describe, expect, it } from 'vitest';
import { begin, messages, streamOf, take } from './fixtures.ts';

const soa = (serial: number) => `example. 3600 SOA ns1.example. hostmaster.example. ${serial} 7200 900 604800 300`;

const wholeZone = [
  'zone',
  `+ ${soa(7)}`,
  '+ example. 3600 NS ns1.example.',
  '+ example. 3600 NS ns2.example.net.',
  '+ example. 3600 MX 10 mail.example.',
  '+ ns1.example. 300 A 192.0.2.1',
  '+ ns1.example. 300 AAAA 2001:db8::1',
  '+ mail.example. 300 A 192.0.2.2',
  '+ _sip._udp.example. 300 SRV 0 40 5060 ns1.example.',
  '+ _sip._udp.example. 300 SRV 0 60 5060 mail.example.',
  '+ example. 300 NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp.example.',
  '+ txt.example. 300 TXT "one" "two"',
  '+ WwW.example. 300 CNAME mail.EXAMPLE.',
  '+ x.example. 300 TYPE65280 \\# 3 010203',
];

const bothDeltas = [
  'delta',
  `- ${soa(5)}`,
  '- gone.example. 300 A 192.0.2.9',
  `+ ${soa(6)}`,
  '+ new.example. 300 A 192.0.2.10',
  'delta',
  `- ${soa(6)}`,
  '- new.example. 300 A 192.0.2.10',
  `+ ${soa(7)}`,
  '+ newer.example. 300 A 192.0.2.11',
  '+ newer.example. 300 A 192.0.2.12',
];

describe('AXFR (RFC 5936 §2.2)', () => {
  it.each(['axfr', 'axfrInMany'])('%s', (name) => {
    const { transfer, lines } = take(messages(name));
    expect(transfer.problem).toBeUndefined();
    expect(transfer.isDone).toBe(true);
    expect(lines.map((line) => line.replace(/WWW/i, 'WwW').replace(/mail.example.$/i, 'mail.EXAMPLE.'))).toEqual(
      wholeZone.map((line) => line.replace(/mail.example.$/i, 'mail.EXAMPLE.')),
    );
    expect(transfer.sequence).toMatchObject({ form: 'zone', serial: 7, count: 14, outsideCount: 0 });
    expect(transfer.messages).toBe(messages(name).length);
    expect(transfer.octets).toBe(messages(name).reduce((sum, { length }) => sum + length, 0));
  });

  it('is not done before its last SOA', () => {
    const { transfer } = take(messages('axfrInMany').slice(0, -1));
    expect(transfer).toMatchObject({ isDone: false, problem: undefined });
    transfer.end('end of file');
    expect(transfer.problem).toEqual({ text: 'end of file', next: 'other' });
  });

  it('leaves out what lies outside of the zone', () => {
    const { transfer, lines } = take(messages('otherZone'));
    expect(transfer.isDone).toBe(true);
    expect(transfer.sequence.outsideCount).toBe(1);
    expect(lines).toEqual(['zone', `+ ${soa(7)}`, '+ example. 1 NS ns1.example.']);
  });
});

describe('IXFR (RFC 1995 §4)', () => {
  it.each(['ixfr', 'ixfrInMany'])('differences: %s', (name) => {
    const { transfer, lines } = take(messages(name), { fromSerial: 5 });
    expect(transfer.problem).toBeUndefined();
    expect(transfer.isDone).toBe(true);
    expect(lines).toEqual(bothDeltas);
    expect(transfer.sequence).toMatchObject({ form: 'deltas', serial: 7 });
  });

  it('the whole zone instead', () => {
    const { transfer, lines } = take(messages('ixfrWhole'), { fromSerial: 5 });
    expect(transfer.isDone).toBe(true);
    expect(transfer.sequence.form).toBe('zone');
    expect(lines).toHaveLength(wholeZone.length);
  });

  it.each([5, 6])('one SOA that is not newer than %i: nothing new', (fromSerial) => {
    const { transfer, lines } = take(messages('ixfrCurrent'), { fromSerial });
    expect(transfer.isDone).toBe(true);
    expect(transfer.sequence.form).toBe('upToDate');
    expect(lines).toEqual([]);
  });

  it('one newer SOA and then the end: the whole zone is to be asked for', () => {
    const { transfer } = take(messages('ixfrNewer'), { fromSerial: 5 });
    expect(transfer).toMatchObject({ isDone: false, problem: undefined });
    transfer.end('end of file');
    expect(transfer.problem).toEqual({ text: 'end of file', next: 'axfr' });
  });
});

describe('what is refused', () => {
  const changed = (name: string, change: (message: Uint8Array) => void) => {
    const all = messages(name);
    for (const message of all) change(message);
    return all;
  };

  it.each([
    ['an error', messages('refused'), 'REFUSED'],
    ['no record at all', messages('empty'), 'FORMERR: empty answer'],
    ['another id', changed('axfr', (m) => m.set([0x43, 0x21])), 'unexpected ID'],
    ['a query', changed('axfr', (m) => m.set([0x04], 2)), 'FORMERR: a question for an answer'],
    ['another opcode', changed('axfr', (m) => m.set([0xa4], 2)), 'unexpected opcode'],
    ['TC', changed('axfr', (m) => m.set([0x86], 2)), 'FORMERR: truncated'],
    ['two questions', changed('axfr', (m) => m.set([0, 2], 4)), 'FORMERR: several questions'],
    ['another zone in the question', changed('axfr', (m) => m.set([0x66], 13)), 'FORMERR: another question'],
    ['another type in the question', changed('axfr', (m) => m.set([0xfb], 22)), 'FORMERR: another question'],
    ['another class in the question', changed('axfr', (m) => m.set([3], 24)), 'FORMERR: another question'],
    ['more records promised than there are', changed('axfr', (m) => m.set([0, 15], 6)), 'FORMERR: malformed record'],
    ['a message cut short', messages('axfr').map((m) => m.slice(0, -3)), 'FORMERR: malformed record'],
    ['less than a header', [new Uint8Array(11)], 'FORMERR: message of less than a header'],
    ['nothing', [new Uint8Array(0)], 'FORMERR: message of less than a header'],
    ['no SOA in front', messages('noSoaFirst'), 'FORMERR: first RR in zone transfer must be SOA'],
    ['another SOA at the end', messages('otherEnd'), 'FORMERR: start and ending SOA records mismatch'],
    ['a SOA below the apex', messages('soaBelow'), 'not at top of zone'],
    ['a record behind the end', messages('extra'), 'extra input text'],
  ])('%s', (_, all, text) => {
    const { transfer } = take(all);
    expect(transfer.problem).toEqual({ text, next: 'other' });
    expect(transfer.isDone).toBe(false);
  });

  it('of another class', () => {
    const [message] = messages('axfr') as [Uint8Array];
    // The class of the first record, which follows the question; its owner is a pointer.
    message.set([0, 3], 25 + 4);
    expect(take([message]).transfer.problem?.text).toBe('FORMERR: record of another class');
  });

  it('a record of a type that is no data', () => {
    const all = messages('axfrInMany');
    const [, message] = all as [Uint8Array, Uint8Array];
    const type = message.indexOf(0) === 0 ? 0 : 12 + 9;
    message.set([0, 255], type);
    expect(take(all).transfer.problem?.text).toBe('FORMERR: record of a type that is no data');
  });

  it('data that its type cannot have', () => {
    const all = messages('axfrInMany');
    const a = all[4] as Uint8Array;
    // An A record of three octets: the last octet goes, and RDLENGTH says so.
    const shorter = a.slice(0, -1);
    shorter[shorter.length - 4] = 3;
    expect(take([...all.slice(0, 4), shorter]).transfer.problem?.text).toBe('FORMERR: malformed record');
  });

  it.each([
    ['differences that do not follow each other', 'outOfSync', 'FORMERR: IXFR out of sync: expected serial 6, got 9'],
    ['differences from another serial', 'otherStart', 'FORMERR: start and ending SOA records mismatch'],
    ['an error', 'refused', 'REFUSED'],
  ])('of IXFR, with the whole zone to be tried next: %s', (_, name, text) => {
    expect(take(messages(name), { fromSerial: 5 }).transfer.problem).toEqual({ text, next: 'axfr' });
  });
});

describe('bounds', () => {
  it('of records', () => {
    expect(take(messages('axfr'), { bounds: { records: 14 } }).transfer.isDone).toBe(true);
    expect(take(messages('axfr'), { bounds: { records: 13 } }).transfer.problem?.text).toBe('too many records');
  });

  it('of octets, also of a message that never ends', () => {
    const octets = streamOf(messages('axfr')).length - 2;
    expect(take(messages('axfr'), { bounds: { octets } }).transfer.isDone).toBe(true);
    const text = 'transfer is larger than max-transfer-size';
    expect(take(messages('axfr'), { bounds: { octets: octets - 1 } }).transfer.problem?.text).toBe(text);
    const { transfer } = begin({ bounds: { octets: 100 } });
    transfer.push(Uint8Array.of(0xff, 0xff, ...new Uint8Array(200)));
    expect(transfer.problem?.text).toBe(text);
  });
});

describe('signatures', () => {
  const verifier = (problem: string | undefined, last?: string) => ({
    verify: () => problem,
    finish: () => last,
  });

  it('each message is verified, and the end', () => {
    expect(take(messages('axfr'), { verifier: verifier(undefined) }).transfer.isDone).toBe(true);
    const bad = take(messages('axfr'), { verifier: verifier('TSIG: no') });
    expect(bad.transfer.problem).toEqual({ text: 'TSIG: no', next: 'other' });
    expect(bad.lines).toEqual([]);
    const unsigned = take(messages('axfr'), { verifier: verifier(undefined, 'TSIG: the last message is not signed') });
    expect(unsigned.transfer).toMatchObject({ isDone: false });
    expect(unsigned.transfer.problem?.text).toBe('TSIG: the last message is not signed');
  });

  it('an error is told although it comes unsigned', () => {
    const { transfer } = take(messages('refused'), { verifier: verifier('TSIG: the answer is not signed') });
    expect(transfer.problem?.text).toBe('REFUSED (TSIG: the answer is not signed)');
  });
});
