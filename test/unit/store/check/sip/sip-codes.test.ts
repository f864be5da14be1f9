import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { transportRows } from '../../../../../src/sip/target/transport.ts';
import { checkOwners } from '../../../../../src/store/check/check-owners.ts';
import { SipProblem } from '../../../../../src/store/check/sip/codes.ts';
import { sipServices } from '../../../../../src/store/check/sip/sip-services.ts';
import { loadZoneFile } from '../../../../../src/store/load-zone.ts';
import { ZoneStore } from '../../../../../src/store/zone-store.ts';
import { wireNameFrom } from '../../../../../src/wire/name.ts';
import { Served } from '../../../answer/served.ts';
import { goodHead, loadText, placesOf } from '../load-text.ts';
import { sipCases } from './sip-cases.ts';

const root = new URL('../../../../../', import.meta.url);

describe('telephony in a zone', () => {
  test.each(sipCases)('$title', ({ lines, expected }) => {
    const loaded = loadText(lines);
    expect(placesOf(loaded)).toEqual(expected);
    expect(loaded.zone === undefined).toBe(expected.some((place) => place.includes(' error ')));
    for (const { hint, message } of loaded.diagnostics) expect([hint, message]).not.toContain(undefined);
  });

  test('every code is provoked, and has a good twin', () => {
    const provoked = sipCases.flatMap(({ expected }) => expected.map((place) => place.slice(-5)));
    const codes = Object.values(SipProblem).map(({ code }) => code);
    expect(new Set(provoked)).toEqual(new Set(codes));
    expect(new Set(codes).size).toBe(codes.length);
    expect(sipCases.filter(({ expected }) => expected.length === 0).length).toBeGreaterThanOrEqual(codes.length);
  });

  test.each(sipCases.filter(({ expected }) => expected.length > 0))('--strict: $title', ({ lines, expected }) => {
    const severities = new Map<string, string>(Object.values(SipProblem).map(({ code, strict }) => [code, strict]));
    const strict = expected.map((place) =>
      place.replace(/ \w+ (SIP\d\d)$/, (_, code) => ` ${severities.get(code)} ${code}`),
    );
    expect(placesOf(loadText(lines, { strict: true }))).toEqual(strict);
  });

  test('an update may not bring what the next load would refuse', () => {
    const text = [...goodHead, '1.2 NAPTR 1 1 "u" "E2U+sip" "!^(.*$!sip:a@b!" .', ''].join('\n');
    const { store, reader, zoneNumbers } = new Served([{ apex: 'z.test.', text }]);
    reader.renew();
    const version = store.currentVersion(zoneNumbers[0] as number);
    const codes = (owner: string): string[] =>
      checkOwners(reader, version, [wireNameFrom(owner)]).problems.map(({ code, severity }) => `${severity} ${code}`);
    expect(codes('1.2.z.test.')).toEqual(['error SIP13']);
    expect(codes('ns.z.test.')).toEqual([]);
  });

  test('docs/diagnostics.md explains each code under the words of the table', () => {
    const text = readFileSync(new URL('docs/diagnostics.md', root), 'utf8');
    const rows = [...text.matchAll(/^\| (SIP\d\d) \| (.*?) \| (.*?) \|/gm)].map(([, ...cells]) => cells);
    const expected = Object.values(SipProblem).map(({ code, severity, strict, title }) => [
      code,
      severity === strict ? severity : `${severity}; ${strict} with \`--strict\``,
      title,
    ]);
    expect(rows).toEqual(expected);
  });

  test('the services are those that a client knows', () => {
    expect(sipServices.map(({ service, labels }) => [service, labels]).toSorted()).toEqual(
      transportRows.map(({ naptrService, srvLabels }) => [naptrService, srvLabels]).toSorted(),
    );
  });
});

describe('no alarm', () => {
  const names = readdirSync(new URL('zones', root)).filter((name) => !name.startsWith('.'));

  test('there is an example of each', () => {
    expect(names).toEqual(expect.arrayContaining(['rapidtech.phones', 'srv.example', 'naptr.example']));
    expect(names).toEqual(expect.arrayContaining(['websocket.example', 'turn.example', '0.6.9.2.3.6.1.4.4.e164.arpa']));
  });

  test.each(names)('in zones/%s, with --strict', (name) => {
    const file = new URL(`zones/${name}`, root).pathname;
    const loaded = loadZoneFile(ZoneStore.create(), {
      file,
      apex: wireNameFrom(`${name}.`),
      zoneClass: 1,
      strict: true,
    });
    expect(loaded.zone).toBeDefined();
    // The how-to's name server lies in another zone: a note that belongs to it.
    expect(loaded.diagnostics.map(({ code }) => code)).toEqual(name === 'rapidtech.phones' ? ['ZC13'] : []);
  });

  test('of telephony in the zone of the how-to as it is printed', () => {
    const file = new URL('test/zonefile/01-howto-as-printed.zone', root).pathname;
    const apex = wireNameFrom('rapidtech.phones.');
    const { diagnostics } = loadZoneFile(ZoneStore.create(), { file, apex, zoneClass: 1, strict: false });
    expect(diagnostics.map(({ code }) => code).filter((code) => code.startsWith('SIP'))).toEqual([]);
  });

  test('of what stood in a line with an error', () => {
    const lines = [...goodHead, '@ NAPTR 1 1 "s" "SIP+D2U" "" _sip._udp', '_sip._udp SRV 0 1 x ns'];
    expect(placesOf(loadText(lines))).toEqual(['6:19 error ZF22']);
  });
});

describe('what is said', () => {
  const messageOf = (...lines: string[]): string =>
    loadText([...goodHead, ...lines])
      .diagnostics.map(({ message, hint }) => `${message}\n${hint}`)
      .join('\n');

  test('the arithmetic of 512 octets', () => {
    const srv = Array.from({ length: 14 }, (_, i) => `_sip._udp SRV ${i} 1 5060 server-${10 + i}.other.example.`);
    // Each: 2 owner, 8 type, class and TTL, 2 length, 6 numbers, 25 target.
    expect(messageOf(...srv)).toContain('takes 636 octets (header 12 + question 22 + 14 SRV 602), over the 512');
  });

  test('who reads the first 8', () => {
    const srv = Array.from({ length: 9 }, (_, i) => `_sip._udp SRV ${i} 1 5060 h${i}.other.example.`);
    expect(messageOf(...srv)).toMatch(/has 9 SRV records: pjsip, .* first 8/);
  });

  test('the service that was meant', () => {
    expect(messageOf('@ NAPTR 1 1 "s" "SIPS+DT2" "" _sips._tcp.other.example.')).toContain('did you mean "SIPS+D2T"?');
    expect(messageOf('1 NAPTR 1 1 "u" "sip+E2U" "!^.*$!sip:a@b!" .')).toContain('write "E2U+sip"');
  });

  test('both weights of one server', () => {
    const message = messageOf('_sip._udp SRV 0 4 5060 a', '_sip._udp SRV 0 6 5060 b', 'a A 192.0.2.1', 'b A 192.0.2.1');
    expect(message).toContain('same address, 192.0.2.1, and port 5060: one server, and it gets both weights (4 and 6)');
  });
});
