/** The expected lines are BIND 9.18's own, with our object address and without its `at file:line`. */
import { describe, expect, test } from 'vitest';
import { Outcome } from '../../../../src/answer/outcome.ts';
import { putAddress, putDecimal } from '../../../../src/control/log/line-parts.ts';
import { formatPrefix, LinePrefix } from '../../../../src/control/log/line-prefix.ts';
import {
  clientPart,
  maxQueryMessageOctets,
  putQueryMessage,
  queryLogLines,
  viewParts,
} from '../../../../src/control/log/query-line.ts';
import { LogFlag, LogKind, LogRecord, type QueryLogEntry } from '../../../../src/plane/rings/log-record.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../../src/plane/rings/log-ring.ts';
import { formatAddress, parseAddress } from '../../../../src/plane/sockets/socket-address.ts';
import { TsigError } from '../../../../src/tsig/tsig-record.ts';
import { asWireName, wireNameFrom } from '../../../../src/wire/name.ts';

const object = '0x7f1fe6c91c98';
const localhost = parseAddress('127.0.0.1') as Uint8Array;

function entry(qname: string, qtype: number, flags: number, rest: Partial<QueryLogEntry> = {}): QueryLogEntry {
  return {
    kind: LogKind.query,
    timeMs: 0,
    family: 4,
    client: localhost,
    clientPort: 56_949,
    local: localhost,
    localPort: 53,
    flags,
    qtype,
    qclass: 1,
    view: 0,
    rcode: 0,
    outcome: Outcome.answered,
    ednsVersion: 0,
    zoneNumber: 0,
    responseOctets: 100,
    qname: wireNameFrom(qname),
    ecs: new Uint8Array(0),
    keyName: new Uint8Array(0),
    tsigError: 0,
    text: new Uint8Array(0),
    ...rest,
  };
}

const decoder = new TextDecoder();
const views = viewParts(['_default', 'inside']);

/** By way of a ring, as a worker's record comes to the logger. */
function formatQueryLine(from: QueryLogEntry, object: string): { category: string | undefined; message: string } {
  const ring = createLogRing(4096);
  const writer = new LogRingWriter(ring);
  const record = new LogRecord();
  Object.assign(record, from, {
    qnameOctets: from.qname.length,
    ecsOctets: from.ecs.length,
    keyNameOctets: from.keyName.length,
    textOctets: from.text.length,
  });
  writer.append(record);
  writer.publish();
  const out = new Uint8Array(maxQueryMessageOctets);
  let message = '';
  new LogRingReader(ring).readStored((stored) => {
    message = decoder.decode(out.subarray(3, putQueryMessage(out, 3, stored, clientPart(object), views)));
  });
  return { category: queryLogLines[from.kind]?.category, message };
}

const { recursionDesired, signed, edns, tcp, dnssecOk, checkingDisabled, cookieValid, cookiePresent } = LogFlag;

test('what a question got is told as by BIND 9.20', () => {
  const counts = Uint8Array.of(0, 2, 1, 1, 0, 3);
  const asked = recursionDesired | edns | dnssecOk;
  const response = entry('WWW.dyn.test.', 33, asked, { kind: LogKind.response, text: counts });
  expect(formatQueryLine(response, object)).toEqual({
    category: 'responses',
    message: `client @${object} 127.0.0.1#56949 (WWW.dyn.test): response: WWW.dyn.test IN SRV NOERROR 2 257 3 +E(0)D (127.0.0.1)`,
  });
  const ecs = Uint8Array.of(0, 1, 24, 0, 203, 0, 113);
  const refused = entry('version.bind.', 16, 0, {
    kind: LogKind.response,
    qclass: 3,
    rcode: 5,
    text: new Uint8Array(6),
    ecs,
  });
  expect(formatQueryLine(refused, object).message).toMatch(
    /: response: version\.bind CH TXT REFUSED 0 0 0 - \(127\.0\.0\.1\) \[ECS 203\.0\.113\.0\/24\/0\]$/,
  );
});

test.each([
  [252, 'attempted AXFR over UDP'],
  [251, 'IXFR request missing SOA'],
])('type %i that is no transfer question', (qtype, reason) => {
  const malformed = entry('plain.test.', qtype, 0, { kind: LogKind.transferMalformed });
  expect(formatQueryLine(malformed, object)).toEqual({
    category: 'xfer-out',
    message: `client @${object} 127.0.0.1#56949 (plain.test): bad zone transfer request: ${reason} (FORMERR)`,
  });
});

describe('transfers to others', () => {
  const text = (line: string) => new TextEncoder().encode(line);
  const key = { keyName: wireNameFrom('xfr-key.') };
  test.each([
    [
      'AXFR started\0 (serial 7)',
      key,
      "/key xfr-key (dyn.test): transfer of 'dyn.test/IN': AXFR started: TSIG xfr-key (serial 7)",
    ],
    ['AXFR started\0 (serial 7)', {}, " (dyn.test): transfer of 'dyn.test/IN': AXFR started (serial 7)"],
    ['send: connection reset', {}, " (dyn.test): transfer of 'dyn.test/IN': send: connection reset"],
  ])('%j %#', (line, rest, expected) => {
    const { category, message } = formatQueryLine(
      entry('dyn.test.', 252, tcp, { kind: LogKind.transferInfo, text: text(line), ...rest }),
      object,
    );
    expect(category).toBe('xfer-out');
    expect(message).toBe(`client @${object} 127.0.0.1#56949${expected}`);
  });

  test('of what is no zone', () => {
    const { message } = formatQueryLine(entry('absent.test.', 252, tcp, { kind: LogKind.transferNotAuth }), object);
    const expected = "bad zone transfer request: 'absent.test/IN': non-authoritative zone (NOTAUTH)";
    expect(message).toBe(`client @${object} 127.0.0.1#56949 (absent.test): ${expected}`);
  });

  test('the longest line has room', () => {
    const label = (octets: number) => [octets, ...new Uint8Array(octets).fill(255)];
    const name = asWireName(Uint8Array.of(...label(63), ...label(63), ...label(63), ...label(61), 0));
    const longest = entry('.', 252, tcp, {
      kind: LogKind.transferInfo,
      family: 6,
      client: parseAddress('2001:db8:1111:2222:3333:4444:5555:6666') as Uint8Array,
      qname: name,
      qclass: 65_535,
      keyName: name,
      text: text(`${'x'.repeat(254)}\0`),
    });
    const { message } = formatQueryLine(longest, object);
    expect(message).toMatch(/\\255$/);
    expect(message.length).toBeGreaterThan(4 * 4 * 250);
    expect(message.length + 200).toBeLessThan(maxQueryMessageOctets);
  });
});

describe('queries', () => {
  test.each<[string, QueryLogEntry, string]>([
    [
      'with a cookie',
      entry('www.dyn.test.', 1, recursionDesired | edns | cookiePresent),
      '127.0.0.1#56949 (www.dyn.test): query: www.dyn.test IN A +E(0)K (127.0.0.1)',
    ],
    [
      'plain, no RD',
      entry('www.dyn.test.', 1, 0, { clientPort: 53_764 }),
      '127.0.0.1#53764 (www.dyn.test): query: www.dyn.test IN A - (127.0.0.1)',
    ],
    [
      'client subnet',
      entry('www.dyn.test.', 1, recursionDesired | edns, {
        clientPort: 49_268,
        ecs: Uint8Array.of(0, 1, 24, 0, 203, 0, 113),
      }),
      '127.0.0.1#49268 (www.dyn.test): query: www.dyn.test IN A +E(0) (127.0.0.1) [ECS 203.0.113.0/24/0]',
    ],
    [
      'a valid cookie',
      entry('www.dyn.test.', 1, recursionDesired | edns | cookieValid | cookiePresent),
      '127.0.0.1#56949 (www.dyn.test): query: www.dyn.test IN A +E(0)V (127.0.0.1)',
    ],
    [
      'AXFR over TCP',
      entry('dyn.test.', 252, edns | tcp | cookiePresent),
      '127.0.0.1#56949 (dyn.test): query: dyn.test IN AXFR -E(0)TK (127.0.0.1)',
    ],
    [
      'SRV, as a phone asks',
      entry('_sip._udp.rapidtech.phones.', 33, recursionDesired),
      '127.0.0.1#56949 (_sip._udp.rapidtech.phones): query: _sip._udp.rapidtech.phones IN SRV + (127.0.0.1)',
    ],
    ['the root', entry('.', 2, 0), '127.0.0.1#56949 (.): query: . IN NS - (127.0.0.1)'],
    [
      'signed',
      entry('www.dyn.test.', 1, recursionDesired | signed, { keyName: wireNameFrom('xfr-key.') }),
      '127.0.0.1#56949/key xfr-key (www.dyn.test): query: www.dyn.test IN A +S (127.0.0.1)',
    ],
    [
      'a type and class without a name',
      entry('a.test.', 65_280, 0, { qclass: 5 }),
      '127.0.0.1#56949 (a.test): query: a.test CLASS5 TYPE65280 - (127.0.0.1)',
    ],
    [
      'IPv6',
      entry('a.test.', 28, 0, {
        family: 6,
        client: parseAddress('2001:db8:0:0::5') as Uint8Array,
        local: parseAddress('::1') as Uint8Array,
      }),
      '2001:db8::5#56949 (a.test): query: a.test IN AAAA - (::1)',
    ],
  ])('%s', (_, from, message) => {
    expect(formatQueryLine(from, object)).toEqual({
      category: 'queries',
      message: `client @${object} ${message}`,
    });
  });

  test.each([
    [recursionDesired | signed | edns | tcp | dnssecOk | checkingDisabled | cookiePresent, 0, '+SE(0)TDCK'],
    [recursionDesired | edns | dnssecOk | checkingDisabled | LogFlag.truncated, 0, '+E(0)DC'],
    [signed | tcp, 0, '-ST'],
    [edns | dnssecOk, 1, '-E(1)D'],
  ])('flags %i in BIND order', (flags, ednsVersion, text) => {
    const { message } = formatQueryLine(entry('a.test.', 1, flags, { ednsVersion }), object);
    expect(message).toMatch(new RegExp(`: query: a\\.test IN A ${text.replace(/[+()]/g, '\\$&')} \\(127`));
  });

  test.each([
    [
      asWireName(Uint8Array.of(4, 0, 0x61, 0x20, 0x62, 3, 0x64, 0x79, 0x6e, 4, 0x74, 0x65, 0x73, 0x74, 0)),
      '\\000a\\032b.dyn.test',
    ],
    [wireNameFrom('a\\"b\\(c.DYN.test.'), 'a\\"b\\(c.DYN.test'],
  ])('case as asked, escapes as in zone files: %#', (qname, text) => {
    const { message } = formatQueryLine(entry('a.test.', 1, 0, { qname }), object);
    expect(message).toBe(`client @${object} 127.0.0.1#56949 (${text}): query: ${text} IN A - (127.0.0.1)`);
  });

  test('the longest line has room', () => {
    const label = (octets: number) => [octets, ...new Uint8Array(octets).fill(255)];
    const qname = asWireName(Uint8Array.of(...label(63), ...label(63), ...label(63), ...label(61), 0));
    const address = parseAddress('2001:db8:1111:2222:3333:4444:5555:6666') as Uint8Array;
    const longest = entry('.', 65_535, 255, {
      family: 6,
      client: address,
      local: address,
      qname,
      qclass: 65_535,
      ednsVersion: 255,
      ecs: Uint8Array.of(0, 2, 128, 128, ...address),
      keyName: qname,
    });
    const { message } = formatQueryLine(longest, object);
    expect(message).toMatch(/\[ECS 2001:db8:1111:2222:3333:4444:5555:6666\/128\/128\]$/);
    expect(message.length).toBeGreaterThan(3 * 4 * 250);
    expect(message.length + 200).toBeLessThan(maxQueryMessageOctets);
  });

  test('addresses and numbers as the formatters of text have them', () => {
    const out = new Uint8Array(64);
    const texts = [
      '::',
      '::1',
      '1::',
      '1:0:0:2::3',
      '1::2:0:0:3',
      '1:0:2:0:3:0:4:0',
      '0:1:2:3:4:5:6:7',
      '1:2:3:4:5:6::',
    ];
    const addresses = [
      ...[...texts, 'fe80::a0b:c:0', '0.0.0.0', '255.10.9.100'].map((text) => parseAddress(text) as Uint8Array),
      // Each pattern of zero groups.
      ...Array.from({ length: 256 }, (_, bits) => Uint8Array.from({ length: 16 }, (_, i) => (bits >>> (i >>> 1)) & 1)),
    ];
    for (const address of addresses) {
      const end = putAddress(out, 0, Uint8Array.of(9, ...address), 1, address.length === 4 ? 4 : 6);
      expect(decoder.decode(out.subarray(0, end))).toBe(formatAddress(address));
    }
    for (const number of [0, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 65_535]) {
      expect(decoder.decode(out.subarray(0, putDecimal(out, 0, number)))).toBe(String(number));
    }
  });
});

describe('errors', () => {
  test('REFUSED', () => {
    const line = formatQueryLine(
      entry('www.example.com.', 1, 0, { kind: LogKind.queryError, rcode: 5, outcome: Outcome.refused }),
      object,
    );
    expect(line.category).toBe('query-errors');
    expect(line.message).toBe(
      `client @${object} 127.0.0.1#56949 (www.example.com): query failed (REFUSED) for www.example.com/IN/A`,
    );
  });

  test("a zone that isn't loaded: BIND's word, not the RCODE's", () => {
    const from = entry('broken.test.', 6, 0, { kind: LogKind.queryError, rcode: 2, outcome: Outcome.zoneNotLoaded });
    expect(formatQueryLine(from, object).message).toMatch(
      /: query failed \(zone not loaded\) for broken\.test\/IN\/SOA$/,
    );
  });

  test('denied', () => {
    const line = formatQueryLine(entry('www.noq.test.', 1, 0, { kind: LogKind.denied }), object);
    expect(line.category).toBe('security');
    expect(line.message).toMatch(/: query 'www\.noq\.test\/A\/IN' denied$/);
  });
});

describe('the prefix', () => {
  // Local time, whatever the zone of the machine.
  const timeMs = new Date(2026, 10, 22, 20, 39, 44, 202).getTime();
  const all = { printTime: 'local', printSeverity: true, printCategory: true } as const;

  test.each([
    [all, '22-Nov-2026 20:39:44.202 queries: info: '],
    [{ ...all, printTime: 'iso8601' as const }, '2026-11-22T20:39:44.202 queries: info: '],
    [{ ...all, printTime: 'no' as const, printCategory: false }, 'info: '],
    [{ ...all, printTime: 'no' as const, printSeverity: false }, 'queries: '],
    [{ printTime: 'no' as const, printSeverity: false, printCategory: false }, ''],
  ])('%j', (options, text) => expect(formatPrefix(options, timeMs, 'queries', 'info')).toBe(text));

  test('UTC', () => {
    const utc = Date.UTC(2026, 10, 2, 3, 4, 5, 6);
    expect(formatPrefix({ ...all, printTime: 'iso8601-utc' }, utc, 'general', 'debug')).toBe(
      '2026-11-02T03:04:05.006Z general: debug 1: ',
    );
  });

  test('kept octets follow the millisecond', () => {
    const prefix = new LinePrefix(all, 'queries', 'info');
    const texts = [0, 0, 1, 0].map((ms) => decoder.decode(prefix.at(timeMs + ms)));
    const expected = [0, 0, 1, 0].map((ms) => formatPrefix(all, timeMs + ms, 'queries', 'info'));
    expect(texts).toEqual(expected);
  });

  test('the second is not stuck', () => {
    const days = { printTime: 'local', printSeverity: false, printCategory: false } as const;
    expect(formatPrefix(days, timeMs + 1000, 'a', 'info')).toBe('22-Nov-2026 20:39:45.202 ');
    expect(formatPrefix(days, timeMs, 'a', 'info')).toBe('22-Nov-2026 20:39:44.202 ');
  });
});

describe('security', () => {
  const keyName = wireNameFrom('xfr-key.');

  test.each<[string, QueryLogEntry, string]>([
    [
      'a query',
      entry('www.noq.test.', 1, 0, { kind: LogKind.denied }),
      " (www.noq.test): query 'www.noq.test/A/IN' denied",
    ],
    [
      'a transfer',
      entry('dyn.test.', 252, 0, { kind: LogKind.transferDenied, keyName }),
      "/key xfr-key (dyn.test): zone transfer 'dyn.test/AXFR/IN' denied",
    ],
    ...([
      [TsigError.badSig, 'BADSIG'],
      [TsigError.badKey, 'BADKEY'],
      [TsigError.badTime, 'BADTIME'],
      [TsigError.badTrunc, 'BADTRUNC'],
    ].map(([tsigError, text]) => [
      `a signature, ${text}`,
      entry('dyn.test.', 1, 0, { kind: LogKind.badSignature, keyName, tsigError: Number(tsigError) }),
      `: request has invalid signature: TSIG xfr-key: tsig verify failure (${text})`,
    ]) as [string, QueryLogEntry, string][]),
  ])('%s', (_, from, message) => {
    expect(formatQueryLine(from, object)).toEqual({
      category: 'security',
      message: `client @${object} 127.0.0.1#56949${message}`,
    });
  });
});

describe('a view is named where BIND names it', () => {
  const keyName = wireNameFrom('in-key.');
  const inView = { view: 1, keyName };
  const client = `client @${object} 127.0.0.1#56949`;
  test.each([
    ['a question', LogKind.query, {}, `${client}/key in-key (a.test): view inside: query: a.test IN A - (127.0.0.1)`],
    [
      'an error',
      LogKind.queryError,
      { rcode: 5 },
      `${client}/key in-key (a.test): view inside: query failed (REFUSED) for a.test/IN/A`,
    ],
    ['what is denied', LogKind.denied, {}, `${client}/key in-key (a.test): view inside: query 'a.test/A/IN' denied`],
    [
      'a bad signature',
      LogKind.badSignature,
      { tsigError: 16 },
      `${client}: view inside: request has invalid signature: TSIG in-key: tsig verify failure (BADSIG)`,
    ],
    [
      'no transfer',
      LogKind.transferNotAuth,
      { qtype: 252 },
      `${client}/key in-key (a.test): view inside: bad zone transfer request: 'a.test/IN': non-authoritative zone (NOTAUTH)`,
    ],
    ['no view', LogKind.noView, { view: 65_535 }, `${client}: no matching view in class 'IN'`],
  ])('%s', (_, kind, more, message) => {
    expect(formatQueryLine(entry('a.test.', 1, 0, { kind, ...inView, ...more }), object).message).toBe(message);
  });

  test('and the default one nowhere', () => {
    expect(formatQueryLine(entry('a.test.', 1, 0, { view: 0 }), object).message).toBe(
      `${client} (a.test): query: a.test IN A - (127.0.0.1)`,
    );
  });
});
