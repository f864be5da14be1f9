import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { AccessList } from '../../../../src/plane/access/access-list-table.ts';
import { formatListenAddress } from '../../../../src/plane/sockets/socket-address.ts';
import { diagnostics, errors, good } from './parse.ts';

const quiet = 'recursion no; allow-transfer { none; };';
const key = 'key k { algorithm hmac-sha256; secret "6vOHn0LwVRSdZyJgzF4mnHZgCDbVN9C0S3r0tB0Wq1E="; };';
const listen = (options: string, more = '') =>
  good(`options { ${quiet} ${options} }; ${more}`).listen.map(formatListenAddress);

describe('listen-on', () => {
  test.each([
    ['any is all addresses', 'listen-on { any; }; listen-on-v6 { none; };', ['0.0.0.0:53']],
    [
      'port and addresses',
      'listen-on port 5300 { 127.0.0.1; 192.0.2.53; }; listen-on-v6 port 5301 { ::1; };',
      ['127.0.0.1:5300', '192.0.2.53:5300', '[::1]:5301'],
    ],
    ['the port of options', 'port 5300; listen-on { 127.0.0.1; }; listen-on-v6 { none; };', ['127.0.0.1:5300']],
    [
      'several',
      'listen-on { 127.0.0.1; }; listen-on port 5300 { 127.0.0.1; }; listen-on-v6 { none; };',
      ['127.0.0.1:53', '127.0.0.1:5300'],
    ],
    [
      'a prefix is held against interfaces',
      'listen-on { 192.0.2.0/24; 198.51.100.0/24; }; listen-on-v6 { none; };',
      ['192.0.2.53:53'],
    ],
    ['the first that matches decides', 'listen-on { !127/8; any; }; listen-on-v6 { none; };', ['192.0.2.53:53']],
    [
      'localhost',
      'listen-on { localhost; }; listen-on-v6 { localhost; };',
      ['127.0.0.1:53', '192.0.2.53:53', '[0:0:0:0:0:0:0:1]:53'],
    ],
  ])('%s', (_, options, expected) => expect(listen(options)).toEqual(expected));

  test('an acl', () => {
    expect(listen('listen-on { here; }; listen-on-v6 { none; };', 'acl here { !{ 127/8; }; localnets; };')).toEqual([
      '192.0.2.53:53',
    ]);
  });

  test('tls', () => {
    const options = `${quiet} listen-on tls own { 127.0.0.1; }; listen-on { 127.0.0.1; }; listen-on-v6 { none; };`;
    const { tls, listen } = good(`tls own { cert-file "/c.pem"; key-file "/k.pem"; }; options { ${options} };`);
    expect(listen.map(formatListenAddress)).toEqual(['127.0.0.1:53']);
    expect(tls?.listen.map(formatListenAddress)).toEqual(['127.0.0.1:853']);
    expect(tls?.certificate).toEqual({ certFile: '/c.pem', keyFile: '/k.pem' });
    expect(errors('options { listen-on tls own { any; }; };')).toEqual(['1:25 NC17 undefined tls "own"']);
    const clients = `tls own { cert-file "/c.pem"; key-file "/k.pem"; ca-file "/ca.pem"; protocols { TLSv1.3; }; };`;
    expect(errors(`${clients} options { listen-on tls own { any; }; };`)).toEqual([
      expect.stringMatching(/^1:\d+ NC13 ca-file cannot be obeyed/),
    ]);
    expect(diagnostics(clients).map(({ code, column }) => [code, column])).toContainEqual(['NC12', 69]);
    expect(errors('options { listen-on tls ephemeral http default { any; }; };')[0]).toMatch(/NC13 http/);
  });
});

describe('access', () => {
  test("BIND 9.18's defaults are kept, and told", () => {
    const text = 'zone "a" { type primary; file "a"; };';
    expect(good(text).zones[0]).toMatchObject({ allowTransfer: AccessList.any, allowQuery: AccessList.any });
    expect(diagnostics(text).map(({ code }) => code)).toEqual(['NC14', 'NC15']);
    expect(diagnostics(`options { ${quiet} }; ${text}`)).toEqual([]);
  });

  test('a zone replaces the options', () => {
    const { zones } = good(`options { ${quiet} }; zone "a" { type primary; file "a"; allow-transfer { any; }; };`);
    expect(zones[0]?.allowTransfer).toBe(AccessList.any);
  });

  test('keys, nested and denied lists', () => {
    const text = `${key} acl inner { 10/8; !{ 192.0.2.66; }; 192.0.2.0/24; };
options { ${quiet} allow-query { !inner; key k; { 2001:db8::/32; }; }; }; zone "a" { type primary; file "a"; };`;
    const { zones, access } = good(text);
    const list = access.lists[zones[0]?.allowQuery ?? 0];
    expect(list?.map(({ kind, negated }) => [kind, negated])).toEqual([
      ['list', true],
      ['key', false],
      ['list', false],
    ]);
  });

  test.each([
    ['an undefined acl', 'allow-query { nowhere; };', '1:27 CF20 undefined acl "nowhere"'],
    ['an undefined key, which BIND accepts', 'allow-query { key nowhere; };', '1:27 CF21 undefined key "nowhere"'],
    ['geoip', 'allow-query { geoip country US; };', '1:27 NC13 geoip cannot be matched'],
  ])('%s', (_, statement, expected) => {
    expect(errors(`options {   ${statement} };`)).toEqual([expected]);
  });

  test('allow-query-on and the port of allow-transfer, where nothing else is listened on', () => {
    const listen = 'listen-on { 127.0.0.1; }; listen-on-v6 { none; };';
    const of = (statement: string) =>
      errors(`options { recursion no; ${statement} };`).map((text) => text.slice(5, 40));
    expect(of(`${listen} allow-query-on { 127/8; };`)).toEqual([]);
    expect(of(`allow-query-on { any; };`)).toEqual([]);
    expect(of(`allow-query-on { localhost; };`)).toEqual([]);
    expect(of(`allow-query-on { 127/8; };`)).toEqual([expect.stringContaining('NC13 allow-query-on cannot')]);
    expect(of(`${listen} allow-transfer port 53 { any; };`)).toEqual([]);
    expect(of(`${listen} allow-transfer port 53 transport tcp { any; };`)).toEqual([]);
    expect(of(`${listen} allow-transfer port 54 { any; };`)).toEqual([expect.stringContaining('NC13 port 54')]);
    expect(of(`${listen} listen-on tls ephemeral { 127.0.0.1; }; allow-transfer transport tcp { any; };`)).toEqual([
      expect.stringContaining('NC13 transport tcp'),
    ]);
  });

  test('transfers over TLS alone', () => {
    const tls = 'listen-on tls ephemeral { 127.0.0.1; };';
    const zones = (list: string) =>
      good(`options { recursion no; ${tls} allow-transfer port 853 transport tls { any; }; };
zone "a" { type primary; file "a"; }; zone "b" { type primary; file "b"; ${list} };`).zones;
    const [a, b] = zones('allow-transfer { any; };');
    expect(a?.allowTransfer).not.toBe(AccessList.any);
    expect(b?.allowTransfer).toBe(AccessList.any);
  });

  test('update-policy and allow-update', () => {
    const zone = (statement: string) =>
      `${key} options { ${quiet} }; zone "a.test" { type primary; file "a"; ${statement} };`;
    expect(
      good(zone('update-policy { grant k subdomain dyn.a.test. A AAAA; deny "*" zonesub; };')).zones[0]?.update,
    ).toMatchObject({
      kind: 'policy',
      rules: [
        { action: 'grant', match: 'subdomain' },
        { action: 'deny', match: 'zonesub' },
      ],
    });
    expect(good(zone('allow-update { key k; };')).zones[0]?.update?.kind).toBe('list');
    expect(errors(zone('update-policy local;'))[0]).toMatch(/NC13/);
    expect(errors(zone('allow-update { key k; }; update-policy { grant k zonesub; };'))[0]).toMatch(/CF28/);
  });
});

describe('zones', () => {
  test('secondaries, named lists, ports, keys of servers, tls', () => {
    const text = `${key} options { ${quiet} };
masters hidden port 5300 { 192.0.2.1; 192.0.2.2 port 53 key k; };
primaries all { hidden; 2001:db8::1 tls dot; 192.0.2.9 tls ephemeral; };
tls dot { remote-hostname "ns1.test"; };
server 192.0.2.0/24 { keys { k; }; };
zone "a" { type slave; file "a"; masters { all; }; max-refresh-time 3600; max-transfer-time-in 10; };`;
    const [zone] = good(text).zones;
    expect(zone?.primaries.map(({ address, port, key, tls }) => [address, port, key, tls?.mode])).toEqual([
      ['192.0.2.1', 5300, 'k', undefined],
      ['192.0.2.2', 53, 'k', undefined],
      ['2001:db8::1', 853, undefined, 'strict'],
      ['192.0.2.9', 853, 'k', 'opportunistic'],
    ]);
    expect(zone).toMatchObject({
      type: 'secondary',
      limits: { maxRefreshSeconds: 3600 },
      transferTimes: { inMs: 600_000 },
    });
  });

  test.each([
    ['no type', '{ file "a"; }', '1:6 NC09 zone a has no type'],
    ['no file', '{ type primary; }', '1:6 NC09 zone a has no file'],
    ['no primaries', '{ type secondary; }', '1:6 NC09 zone a has no primaries'],
    ['another class', 'ch { type primary; file "a"; }', '1:8 NC13 zone a is of class ch, and only IN is served'],
    ['forward', '{ type forward; }', '1:15 NC13 zone a of type forward cannot be served: it is for resolvers'],
    [
      'raw',
      '{ type primary; file "a"; masterfile-format raw; }',
      '1:34 NC13 zone a: a file in the format raw cannot be read',
    ],
    [
      'dnssec-policy',
      '{ type primary; file "a"; dnssec-policy default; }',
      expect.stringMatching(/^1:34 NC13 dnssec-policy/),
    ],
  ])('%s', (_, rest, expected) => expect(errors(`zone a ${rest};`)).toContainEqual(expected));

  test('hints are passed over', () => {
    const text = `options { ${quiet} }; zone "." { type hint; file "root"; };`;
    expect(good(text).zones).toEqual([]);
    expect(diagnostics(text).map(({ code, severity }) => [code, severity])).toContainEqual(['NC11', 'note']);
  });

  test('two writable zones on one file', () => {
    const update = `${key} zone a { type primary; file "x"; allow-update { key k; }; };\nzone b { type primary; file "x"; };`;
    expect(errors(update)).toEqual(['2:29 NC08 the file x is that of zone a already']);
    expect(errors(update.replace('allow-update { key k; };', ''))).toEqual([]);
  });

  test('views have their own settings, and leave others to the options', () => {
    const { views, zones } = good(`options { ${quiet} notify explicit; };
view "in" { match-clients { 10/8; }; match-destinations { 192.0.2.53; }; match-recursive-only yes; notify no; zone "a" { type primary; file "in"; }; };
view "out" { zone "a" { type primary; file "out"; notify yes; }; zone "b" { type primary; file "b"; }; };`);
    expect(views.map(({ name, matchRecursiveOnly }) => [name, matchRecursiveOnly])).toEqual([
      ['in', true],
      ['out', false],
    ]);
    expect(views[1]).toMatchObject({ matchClients: AccessList.any, matchDestinations: AccessList.any });
    expect(zones.map(({ viewName, name, notify }) => [viewName, name, notify])).toEqual([
      ['in', 'a', 'no'],
      ['out', 'a', 'yes'],
      ['out', 'b', 'explicit'],
    ]);
  });

  test('one view for all is a view too', () => {
    const text = `options { ${quiet} notify yes; }; view "one" { match-clients { any; }; notify no; ${key} zone "a" { type primary; file "a"; allow-query { key k; }; }; };`;
    expect(good(text).zones).toMatchObject([{ viewName: 'one', name: 'a', notify: 'no' }]);
  });

  test('views: what is refused', () => {
    expect(errors('view a { }; zone b { type primary; file "b"; };')).toEqual([
      expect.stringMatching(/NC07 where there is a view/),
    ]);
    expect(errors('view a { }; view a { };')).toEqual(['1:18 NC08 view a is given twice']);
    expect(errors('view a chaos { };')).toEqual([expect.stringMatching(/^1:8 NC13 view a is of class chaos/)]);
    expect(errors(`view a { ${key} }; view b { ${key.replace('6vO', '7vO')} };`)).toEqual([
      expect.stringMatching(/NC13 key k is another one in another view/),
    ]);
    expect(errors(`view a { ${key} }; view b { ${key} };`)).toEqual([]);
    expect(errors('view a { match-clients { 10/8; }; minimal-responses yes; }; view b { };')).toEqual([
      '1:35 NC13 minimal-responses cannot be obeyed for single views',
    ]);
  });

  test('in a view keys of its servers replace those of the file', () => {
    const text = `${key} primaries p { 192.0.2.1; }; server 192.0.2.1 { keys k; }; options { ${quiet} };
view "a" { match-clients { 10/8; }; zone "s" { type secondary; file "a"; primaries { p; }; }; };
view "b" { server 192.0.2.9 { keys k; }; zone "s" { type secondary; file "b"; primaries { p; }; }; };`;
    expect(good(text).zones.map(({ primaries }) => primaries[0]?.key)).toEqual(['k', undefined]);
  });

  test('in-view is a zone with the same file and settings', () => {
    const text = (zone: string, view = '') => `${key} options { ${quiet} };
view "a" { match-clients { 10/8; }; allow-query { 10/8; }; zone "z" { type primary; file "z"; ${zone} }; };
view "b" { ${view} zone "z" { in-view "a"; }; };`;
    const [a, b] = good(text('notify no;')).zones;
    expect(b).toEqual({ ...a, view: b?.view, viewName: 'b' });
    expect(errors(text('allow-update { key k; };'))).toEqual([expect.stringMatching(/^3:\d+ NC13 in-view cannot be/)]);
    expect(errors(text('', 'notify no;'))).toEqual([expect.stringMatching(/NC13 in-view .* notify of its own/)]);
    expect(errors('view "a" { zone "z" { in-view "b"; }; };')).toEqual([expect.stringMatching(/NC17/)]);
    expect(errors('zone "z" { in-view "b"; };')).toEqual([expect.stringMatching(/NC07/)]);
  });

  test('catalog zones', () => {
    const text = `options { ${quiet} catalog-zones { zone "cat.test" default-primaries port 5300 { 192.0.2.1; } in-memory yes; }; };
zone "cat.test" { type secondary; primaries { 192.0.2.1; }; };`;
    expect(good(text).catalogs).toMatchObject([
      { name: 'cat.test', members: { primaries: [{ address: '192.0.2.1', port: 5300 }] } },
    ]);
  });
});

test('statistics channels', () => {
  const { http, access } = good('statistics-channels { inet * port 8054 allow { 10/8; }; inet ::1; };');
  expect(http.listen.map(({ address }) => formatListenAddress(address))).toEqual(['0.0.0.0:8054', '[::1]:80']);
  expect(http.listen.map(({ allow }) => access.lists[allow]?.map(({ kind }) => kind))).toEqual([['prefix'], ['any']]);
  expect(good('statistics-channels { };').http.listen).toEqual([]);
});

describe("BIND's journals", () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringzone-named-conf-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('newer than the file: refused; older: told', () => {
    for (const name of ['a', 'a.jnl']) writeFileSync(join(folder, name), '');
    const text = `options { directory "${folder}"; ${quiet} }; zone a { type primary; file "a"; };`;
    utimesSync(join(folder, 'a'), 1000, 1000);
    expect(diagnostics(text).map(({ code, severity }) => [code, severity])).toEqual([['NC16', 'error']]);
    utimesSync(join(folder, 'a.jnl'), 900, 900);
    expect(diagnostics(text).map(({ code, severity }) => [code, severity])).toEqual([['NC16', 'note']]);
  });
});

describe('logging and options', () => {
  test('channels and categories', () => {
    const text = `options { ${quiet} version none; hostname "h"; server-id hostname; tcp-idle-timeout 50; max-udp-size 9000; };
logging {
  channel f { file "/l/f" versions 3 size 10M; severity debug 3; print-time iso8601-utc; print-category yes; };
  channel quiet { null; };
  category queries { f; default_debug; };
  category STATISTICS { f; };
  category responses { f; };
  category notify { quiet; };
};`;
    const { logging, settings, tcp } = good(text);
    expect(logging.channels[0]).toEqual({
      name: 'f',
      destination: { kind: 'file', path: '/l/f', versions: 3, sizeOctets: 10_485_760 },
      severity: { debug: 3 },
      printTime: 'iso8601-utc',
      printSeverity: false,
      printCategory: true,
    });
    expect(logging.categories.notify).toEqual(['quiet']);
    expect(logging.categories.queries?.[0]).toBe('f');
    expect([settings.version, settings.hostname, settings.ednsUdpOctets, tcp.idleMs]).toEqual([
      undefined,
      'h',
      4096,
      5000,
    ]);
    expect(diagnostics(text).filter(({ message }) => message.includes('statistics'))).toMatchObject([
      { line: 6, severity: 'note' },
    ]);
  });

  test("BIND's channel to syslog keeps the name of BIND's program; a facility that BIND does not know is daemon", () => {
    const text = `options { ${quiet} directory "/"; };
logging {
  channel a { syslog local3; };
  channel b { syslog; };
  channel c { syslog demon; };
  category queries { a; b; c; default_debug; };
  category default { default_syslog; };
};`;
    const { logging } = good(text);
    const syslog = (facility: string) => ({ kind: 'syslog', facility, tag: 'named' });
    expect(logging.channels.map(({ name, destination }) => ({ name, destination })).slice(0, 5)).toEqual([
      { name: 'a', destination: syslog('local3') },
      { name: 'b', destination: syslog('daemon') },
      { name: 'c', destination: syslog('daemon') },
      { name: 'default_debug', destination: { kind: 'file', path: '/named.run' } },
      { name: 'default_syslog', destination: syslog('daemon') },
    ]);
    expect(logging.channels[3]).toMatchObject({ isDebugOnly: true, severity: 'dynamic' });
    expect(diagnostics(text).filter(({ message }) => message.includes('demon'))).toMatchObject([{ line: 5 }]);
    // As with BIND, whatever -L says.
    expect(errors('logging { category queries { default_logfile; }; };')[0]).toMatch(/^1:30 CF13/);
  });

  test('problems behind the language point into it too', () => {
    expect(errors('logging { category queries { nowhere; }; };')).toEqual(['1:30 CF13 undefined channel "nowhere"']);
    expect(errors('acl a { b; }; acl b { a; };')[0]).toMatch(/^1:\d+ CF22/);
    expect(errors('acl a { 10.1/8; };')[0]).toMatch(/^1:9 CF23/);
  });

  test('statements are passed over, told or refused, each with the reason', () => {
    const of = (statement: string) =>
      diagnostics(`options { ${quiet} ${statement} }; zone a { type primary; file "a"; };`).map(
        ({ code, severity }) => `${code} ${severity}`,
      );
    expect(of('dnssec-validation auto; pid-file none;')).toEqual(['NC11 note', 'NC11 note']);
    expect(of('rate-limit { responses-per-second 5; };')).toEqual([]);
    expect(of('answer-cookie yes; require-server-cookie yes;')).toEqual([]);
    expect(of('cookie-algorithm aes;')).toEqual(['CF11 warning']);
    expect(of('response-padding { any; } block-size 128;')).toEqual(['NC12 warning']);
    expect(of('forwarders { 192.0.2.1; };')).toEqual(['NC13 error']);
    expect(of('forwarders { };')).toEqual([]);
    expect(of('allow-update-forwarding { none; };')).toEqual([]);
    expect(of('recursion yes;')).toContain('NC08 error');
  });
});
