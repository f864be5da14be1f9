/** The expected lines are BIND 9.18's own, with our object address and without its `at file:line`. */
import { describe, expect, test } from 'vitest';
import { Outcome } from '../../../../src/answer/answerer.ts';
import { formatPrefix } from '../../../../src/control/log/line-prefix.ts';
import { formatFlags, formatLogName, formatQueryLine } from '../../../../src/control/log/query-line.ts';
import { LogFlag, LogKind, type QueryLogEntry } from '../../../../src/plane/log-record.ts';
import { parseAddress } from '../../../../src/plane/socket-address.ts';
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
    ...rest,
  };
}

const { recursionDesired, signed, edns, tcp, dnssecOk, checkingDisabled, cookieValid, cookiePresent } = LogFlag;

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
      severity: 'info',
      message: `client @${object} ${message}`,
    });
  });

  test('all flags, in BIND order', () => {
    expect(formatFlags(recursionDesired | signed | edns | tcp | dnssecOk | checkingDisabled | cookiePresent, 0)).toBe(
      '+SE(0)TDCK',
    );
    expect(formatFlags(recursionDesired | edns | dnssecOk | checkingDisabled, 0)).toBe('+E(0)DC');
    expect(formatFlags(signed | tcp, 0)).toBe('-ST');
  });

  test('case as asked, escapes as in zone files', () => {
    expect(
      formatLogName(
        asWireName(Uint8Array.of(4, 0, 0x61, 0x20, 0x62, 3, 0x64, 0x79, 0x6e, 4, 0x74, 0x65, 0x73, 0x74, 0)),
      ),
    ).toBe('\\000a\\032b.dyn.test');
    expect(formatLogName(wireNameFrom('a\\"b\\(c.DYN.test.'))).toBe('a\\"b\\(c.DYN.test');
  });
});

describe('errors', () => {
  test('REFUSED', () => {
    const line = formatQueryLine(
      entry('www.example.com.', 1, 0, { kind: LogKind.queryError, rcode: 5, outcome: Outcome.refused }),
      object,
    );
    expect(line).toMatchObject({ category: 'query-errors', severity: 'info' });
    expect(line?.message).toBe(
      `client @${object} 127.0.0.1#56949 (www.example.com): query failed (REFUSED) for www.example.com/IN/A`,
    );
  });

  test("a zone that isn't loaded: BIND's word, not the RCODE's", () => {
    const from = entry('broken.test.', 6, 0, { kind: LogKind.queryError, rcode: 2, outcome: Outcome.zoneNotLoaded });
    expect(formatQueryLine(from, object)?.message).toMatch(
      /: query failed \(zone not loaded\) for broken\.test\/IN\/SOA$/,
    );
  });

  test('denied', () => {
    const line = formatQueryLine(entry('www.noq.test.', 1, 0, { kind: LogKind.denied }), object);
    expect(line?.category).toBe('security');
    expect(line?.message).toMatch(/: query 'www\.noq\.test\/A\/IN' denied$/);
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

  test('the second is not stuck', () => {
    const days = { printTime: 'local', printSeverity: false, printCategory: false } as const;
    expect(formatPrefix(days, timeMs + 1000, 'a', 'info')).toBe('22-Nov-2026 20:39:45.202 ');
    expect(formatPrefix(days, timeMs, 'a', 'info')).toBe('22-Nov-2026 20:39:44.202 ');
  });
});
