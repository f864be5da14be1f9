import { describe, expect, test } from 'vitest';
import { type Diagnostic, formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { type ConfigCode, configCodes } from '../../../../src/control/config/codes.ts';
import type { Config } from '../../../../src/control/config/config.ts';
import { parseConfig, readConfig } from '../../../../src/control/config/read-config.ts';

const zones = 'zones: { a.test: { file: a.zone } }\n';

function good(text: string): Config {
  const result = parseConfig(text, '/etc/ringzone/ringzone.yaml');
  if (!result.ok) throw new Error(result.error.map(formatDiagnostic).join('\n'));
  return result.value;
}

function problems(text: string, path = '/etc/ringzone/ringzone.yaml'): readonly Diagnostic[] {
  const result = parseConfig(text, path);
  return result.ok ? result.value.warnings : result.error;
}

/** `line:column code`, one per problem. */
function places(text: string): readonly string[] {
  return problems(text).map(({ line, column, code }) => `${line}:${column} ${code}`);
}

describe('a good configuration', () => {
  test('the defaults', () => {
    const config = good(zones);
    expect(config.listen).toEqual([
      { family: 4, address: '0.0.0.0', port: 53 },
      { family: 6, address: '::', port: 53 },
    ]);
    expect(config).toMatchObject({
      workers: 'auto',
      user: undefined,
      tcp: { connections: 150, idleMs: 30_000, totalMs: 120_000 },
      settings: { ednsUdpOctets: 1232, minimalResponses: 'no-auth-recursive', serverId: undefined },
      querylog: undefined,
      strict: false,
      warnings: [],
    });
    expect(config.settings.version).toMatch(/^Ringzone \d/);
  });

  test('every setting of this release', () => {
    const config = good(`
listen: ["127.0.0.1:5300", "[::1]:5301", "192.0.2.1", "2001:db8::1"]
workers: 3
user: ringzone
minimal-responses: no
edns-udp-size: 4096
version: none
hostname: false
server-id: ns1
tcp-clients: 7
tcp-idle-timeout: 5s
lame-duck: 1m
tcp-total-timeout: 1m30s
querylog: yes
watch: true
strict: true
zones:
  A.test.: { type: primary, file: zones/a, class: in, watch: false }
  b.test: { type: master, file: /srv/b, srv-order: zone }
`);
    expect(config.listen).toEqual([
      { family: 4, address: '127.0.0.1', port: 5300 },
      { family: 6, address: '::1', port: 5301 },
      { family: 4, address: '192.0.2.1', port: 53 },
      { family: 6, address: '2001:db8::1', port: 53 },
    ]);
    expect(config).toMatchObject({
      workers: 3,
      user: 'ringzone',
      settings: {
        ednsUdpOctets: 4096,
        minimalResponses: 'no',
        version: undefined,
        hostname: undefined,
        serverId: 'ns1',
      },
      lameDuckMs: 60_000,
      tcp: { connections: 7, idleMs: 5000, totalMs: 90_000 },
      querylog: true,
      strict: true,
    });
    expect(config.zones.map(({ name, file, watch, class: zoneClass }) => ({ name, file, watch, zoneClass }))).toEqual([
      { name: 'A.test', file: '/etc/ringzone/zones/a', watch: false, zoneClass: 1 },
      { name: 'b.test', file: '/srv/b', watch: true, zoneClass: 1 },
    ]);
  });

  test('the logging block of the how-to', () => {
    const { logging, querylog } = good(`${zones}logging:
  channels:
    log_file: { file: log/ringzone.log, versions: 3, size: 100M, severity: dynamic,
                print-time: true, print-severity: true, print-category: true, format: bind }
  categories:
    { queries: [log_file], xfer-in: [log_file], xfer-out: [log_file], statistics: [log_file], default: [log_file] }
`);
    expect(querylog).toBeUndefined();
    expect(logging.channels[0]).toEqual({
      name: 'log_file',
      destination: { kind: 'file', path: '/etc/ringzone/log/ringzone.log', versions: 3, sizeOctets: 104_857_600 },
      severity: 'dynamic',
      printTime: 'local',
      printSeverity: true,
      printCategory: true,
    });
    expect(Object.keys(logging.categories)).toEqual(['queries', 'xfer-in', 'xfer-out', 'statistics', 'default']);
  });

  test('channels of all kinds', () => {
    const { logging } = good(`${zones}logging:
  channels:
    s: { syslog: local3, tag: named }
    d: { syslog: true, severity: debug 200 }
    t: { file: t, versions: unlimited, size: 1k, suffix: timestamp, buffered: true, format: json }
    z: { file: z, versions: 2, size: 0 }
  categories: { queries: [default_debug] }
`);
    expect(logging.channels.map(({ destination }) => destination)).toEqual([
      { kind: 'syslog', facility: 'local3', tag: 'named' },
      { kind: 'syslog', facility: 'daemon', tag: 'ringzone' },
      {
        kind: 'file',
        path: '/etc/ringzone/t',
        versions: Number.POSITIVE_INFINITY,
        sizeOctets: 1024,
        suffix: 'timestamp',
      },
      { kind: 'file', path: '/etc/ringzone/z', versions: 2 },
      { kind: 'null' },
      { kind: 'stderr' },
      { kind: 'syslog', facility: 'daemon', tag: 'ringzone' },
      { kind: 'file', path: '/etc/ringzone/named.run' },
    ]);
    expect(logging.channels[1]?.severity).toEqual({ debug: 200 });
    expect(logging.channels[2]).toMatchObject({ isBuffered: true, format: 'json' });
  });

  test('null is a channel as a key and in a list', () => {
    const { logging } =
      good(`${zones}logging: { channels: { off: { null: true }, e: { stderr: true, severity: debug 3 } },
  categories: { notify: [null], security: [off, e] } }`);
    expect(logging.categories).toEqual({ notify: ['null'], security: ['off', 'e'] });
    expect(logging.channels.map(({ destination }) => destination.kind)).toEqual([
      'null',
      'stderr',
      'null',
      'stderr',
      'syslog',
    ]);
    expect(logging.channels[1]?.severity).toEqual({ debug: 3 });
  });

  test('what has no effect yet is a warning where that is harmless', () => {
    const text = 'zones: { a.test: { file: a.zone, journal: a.jnl } }\n';
    expect(places(text)).toEqual(['1:34 CF11']);
    expect(good(text).zones).toHaveLength(1);
  });

  test('the control socket lies in the folder of the file, or there is none', () => {
    expect(good(`${zones}control: run/c.sock\n`)).toMatchObject({
      control: '/etc/ringzone/run/c.sock',
      isControlNamed: true,
    });
    expect(good(`${zones}control: false\n`)).toMatchObject({ control: undefined, isControlNamed: false });
    expect(good(zones)).toMatchObject({ control: '/run/ringzone/control.sock', isControlNamed: false });
    expect(places(`${zones}control: [a]\n`)).toEqual(['2:10 CF05']);
  });
});

const secret = 'c2VjcmV0IG9mIHRoaXJ0eS10d28gb2N0ZXRzLi4uLi4=';
const keys = `keys: { k: { algorithm: hmac-sha256, secret: "${secret}" } }\n`;

/** Each code with a text that provokes it, and where. */
const provocations: readonly [ConfigCode, string, string][] = [
  ['CF02', 'zones: [a\nlisten: 3\n', '2:1'],
  ['CF02', 'zones:\n\ta.test: {}\n', '2:1'],
  ['CF03', `${zones}zones: { b.test: { file: b } }\n`, '2:1'],
  ['CF03', 'zones:\n  a.test:\n    file: x\n    file: y\n', '4:5'],
  ['CF04', `${zones}lisen: ["127.0.0.1:53"]\n`, '2:1'],
  ['CF04', 'zones:\n  a.test: { file: x, typ: primary }\n', '2:22'],
  ['CF05', `${zones}listen: 127.0.0.1:53\n`, '2:9'],
  ['CF06', `${zones}workers: many\n`, '2:10'],
  ['CF05', '- a\n', '1:1'],
  ['CF05', 'zones: { a.test: x }\n', '1:18'],
  ['CF06', `${zones}edns-udp-size: 100\n`, '2:16'],
  ['CF06', `${zones}minimal-responses: maybe\n`, '2:20'],
  ['CF06', `${zones}tcp-idle-timeout: 1ms\n`, '2:19'],
  ['CF07', `${zones}tcp-idle-timeout: 300\n`, '2:19'],
  ['CF06', `${zones}lame-duck: 11m\n`, '2:12'],
  ['CF07', `${zones}lame-duck: 10\n`, '2:12'],
  ['CF07', `${zones}logging: { channels: { a: { file: x, versions: 1, size: big } } }\n`, '2:57'],
  ['CF08', `${zones}listen: ["127.0.0.1:53", "localhost:53"]\n`, '2:26'],
  ['CF08', `${zones}listen: ["1.2.3.4:65536"]\n`, '2:10'],
  ['CF08', `${zones}listen: ["[1.2.3.4]:53"]\n`, '2:10'],
  ['CF09', 'zones:\n  a.test: { type: primary }\n', '2:3'],
  ['CF28', `${zones}views: { inside: {} }\n`, '1:1'],
  ['CF10', 'zones:\n  a.test: { file: x, publish: true }\n', '2:22'],
  ['CF09', 'zones:\n  a.test: { type: secondary }\n', '2:3'],
  ['CF06', `${zones}logging: { channels: { a: { syslog: demon } } }\n`, '2:37'],
  ['CF06', `${zones}logging: { channels: { a: { syslog: true, tag: "a b" } } }\n`, '2:48'],
  ['CF14', `${zones}logging: { channels: { a: { syslog: true, file: x } } }\n`, '2:24'],
  ['CF14', `${zones}logging: { channels: { a: { syslog: false } } }\n`, '2:24'],
  ['CF11', 'zones:\n  a.test: { file: x, journal: x }\n', '2:22'],
  ['CF11', 'zones:\n  a.test: { type: secondary, file: x, primaries: [192.0.2.1] }\n', '2:30'],
  ['CF13', `${zones}logging: { channels: { a: { file: x } }, categories: { queries: [b] } }\n`, '2:66'],
  ['CF14', `${zones}logging: { channels: { a: { file: x, stderr: true } } }\n`, '2:24'],
  ['CF14', `${zones}logging: { channels: { a: { severity: info } } }\n`, '2:24'],
  ['CF15', 'zones: { a..test: { file: x } }\n', '1:10'],
  ['CF16', 'zones:\n  a.test: { file: x }\n  A.TEST.: { file: y }\n', '3:3'],
  ['CF16', `${zones}listen: ["127.0.0.1", "127.0.0.1:53"]\n`, '2:23'],
  ['CF16', `${zones}logging: { channels: { a: { file: x }, b: { file: ./x } } }\n`, '2:51'],
  ['CF17', `${zones}logging: { categories: { querys: [null] } }\n`, '2:26'],
  ['CF18', 'listen: ["127.0.0.1"]\n', '1:1'],
  ['CF19', `${zones}logging: { channels: { a: { file: x, size: 1M } } }\n`, '2:38'],
  ['CF02', `${zones}acl: { office: [!192.0.2.66] }\n`, '2:17'],
  ['CF02', `${zones}acl: { office: [!key k] }\n`, '2:17'],
  ['CF04', `${zones}keys: { k: { algorithm: hmac-sha256, secert: "${secret}" } }\n`, '2:38'],
  ['CF04', 'zones:\n  a.test: { type: secondary, primaries: [{ adress: 192.0.2.1 }] }\n', '2:44'],
  ['CF05', `${zones}acl: [192.0.2.1]\n`, '2:6'],
  ['CF06', `${zones}notify: maybe\n`, '2:9'],
  ['CF06', `${zones}max-ixfr-ratio: 0\n`, '2:17'],
  ['CF07', `${zones}min-refresh-time: 300\n`, '2:19'],
  ['CF09', `${zones}keys: { k: { algorithm: hmac-sha256 } }\n`, '2:9'],
  ['CF09', `${zones}tls: { cert-file: a }\n`, '2:1'],
  ['CF28', `${zones}tls: { ephemeral: true, cert-file: a }\n`, '2:25'],
  ['CF28', `${zones}require-tls: true\n`, '2:1'],
  ['CF28', 'zones: { a.test: { file: x, require-tls: true } }\n', '1:29'],
  ['CF10', `zones:\n  a.test: { file: x, update-policy: [grant k krb5-self . A] }\n${keys}`, '2:38'],
  ['CF16', `${zones}acl: { any: [192.0.2.1] }\n`, '2:8'],
  [
    'CF16',
    `${zones}keys:\n  k: { algorithm: hmac-md5, secret: "${secret}" }\n  K.: { algorithm: hmac-md5, secret: "${secret}" }\n`,
    '4:3',
  ],
  ['CF16', `${zones}listen: ["127.0.0.1:853"]\ntls: { listen: ["127.0.0.1"], cert-file: a, key-file: b }\n`, '3:17'],
  ['CF20', 'zones:\n  a.test: { file: x, allow-query: [ofice] }\n', '2:36'],
  ['CF20', `${zones}acl: { a: ["!b"] }\n`, '2:12'],
  ['CF21', `${zones}allow-transfer: ["key k"]\n`, '2:18'],
  ['CF21', 'zones:\n  a.test: { type: secondary, primaries: [{ address: 192.0.2.1, key: k }] }\n', '2:69'],
  ['CF21', 'zones:\n  a.test: { file: x, update-policy: grant k zonesub }\n', '2:37'],
  ['CF22', `${zones}acl:\n  a: [b]\n  b: [192.0.2.1, a]\n`, '4:18'],
  ['CF22', `${zones}primaries:\n  a: [b]\n  b: [a]\n`, '4:7'],
  ['CF23', `${zones}blackhole: [192.0.2.300]\n`, '2:13'],
  ['CF23', `${zones}blackhole: [192.0.2.1/24]\n`, '2:13'],
  ['CF23', `${zones}blackhole: [10]\n`, '2:13'],
  ['CF23', `${zones}blackhole: { a: b }\n`, '2:12'],
  ['CF24', `${zones}keys: { k: { algorithm: hmac-sha257, secret: "${secret}" } }\n`, '2:25'],
  ['CF24', `${zones}keys: { k: { algorithm: hmac-sha256, secret: "no base64!" } }\n`, '2:46'],
  ['CF24', `${zones}keys: { k: { algorithm: hmac-sha256, secret: "" } }\n`, '2:46'],
  ['CF24', `${zones}keys: { k: { algorithm: hmac-sha256, secret-file: /nonexistent } }\n`, '2:51'],
  ['CF24', `${zones}keys: { k: { algorithm: hmac-sha256, secret: "${secret}", secret-file: x } }\n`, '2:9'],
  ['CF25', `${zones}keys: { k: { algorithm: hmac-sha512, secret: "${secret}" } }\n`, '2:46'],
  ['CF26', `zones:\n  a.test: { file: x, update-policy: [allow k zonesub] }\n${keys}`, '2:38'],
  ['CF26', `zones:\n  a.test: { file: x, update-policy: [grant k subdomain b.test A] }\n${keys}`, '2:38'],
  ['CF26', `zones:\n  a.test: { file: x, update-policy: [grant k zonesub AAAAA] }\n${keys}`, '2:38'],
  ['CF27', 'zones:\n  a.test: { type: secondary, primaries: [ns1.b.test] }\n', '2:42'],
  ['CF27', 'zones:\n  a.test: { type: secondary, primaries: ["192.0.2.1:0"] }\n', '2:42'],
  ['CF28', 'zones:\n  a.test: { file: x, primaries: [192.0.2.1] }\n', '2:22'],
  ['CF28', `zones:\n  a.test: { file: x, allow-update: [key k], update-policy: [grant k zonesub] }\n${keys}`, '2:22'],
  ['CF28', 'zones:\n  a.test: { type: secondary, primaries: [192.0.2.1], allow-update: [any] }\n', '2:54'],
  ['CF29', 'zones:\n  a.test: { file: x, allow-update: [192.0.2.1] }\n', '2:36'],
  ['CF28', 'zones:\n  c.test: { type: catalog, file: x }\n', '2:28'],
  ['CF28', 'zones:\n  c.test: { file: x, catalog-group: g }\n', '2:22'],
  ['CF28', 'zones:\n  c.test: { type: catalog, class: ch }\n', '2:3'],
  ['CF30', 'zones:\n  a.test: { file: x, catalog: c.test }\n', '2:31'],
  ['CF30', `${zones}catalogs:\n  c.test: {}\n`, '3:3'],
  ['CF09', 'zones:\n  c.test: { file: x }\ncatalogs:\n  c.test: {}\n', '4:3'],
  ['CF29', `${zones}allow-update: [localhost]\n`, '2:15'],
  ['CF37', `${zones}rrset-order: [{ type: AA, order: cyclic }]\n`, '2:23'],
  ['CF31', 'views: { _bind: { zones: { a.test: { file: x } } } }\n', '1:10'],
  ['CF32', 'views:\n  a: { zones: { a.test: { file: x } } }\n  b: {}\n', '3:3'],
];

describe('each problem', () => {
  test.each(provocations)('%s %j', (code, text, place) => {
    expect(places(text)).toContain(`${place} ${code}`);
  });

  test.each([
    ['/nonexistent/ringzone.yaml', 'no such file'],
    ['/', 'it is a directory'],
  ])('CF01: %s cannot be read: %s', (path, reason) => {
    const result = readConfig(path);
    expect(result.ok ? [] : result.error).toEqual([
      { severity: 'error', code: 'CF01', message: `cannot read the configuration: ${reason}`, file: path },
    ]);
  });

  test('every code is provoked', () => {
    // CF33 to CF36 by check-steering.test.ts, CF38 by test/e2e/check.test.ts, CF40 by amended-reading.test.ts.
    const elsewhere = ['CF01', 'CF33', 'CF34', 'CF35', 'CF36', 'CF38', 'CF40'];
    const provoked = new Set([...provocations.map(([code]) => code), ...elsewhere]);
    expect([...provoked].toSorted()).toEqual(Object.keys(configCodes));
  });
});

test('all problems are told at once, in the order of the file, and none that follow from others', () => {
  const text = `lisen: ["0.0.0.0:53"]
listen: [53, "1.2.3.4:99999", "[::1]"]
zones:
  a.test: { tpe: primary, file: 5, dnssec-policy: x }
  b.test: { type: secondary }
  c.test: { file: c }
  C.test: { file: d }
tcp-idle-timeout: 300
logging: { channels: { a: { file: x, print-time: maybe } }, categories: { querys: [a], queries: [aa] } }
`;
  expect(places(text)).toEqual([
    '1:1 CF04',
    '2:10 CF08',
    '2:14 CF08',
    '4:13 CF04',
    '4:33 CF05',
    '4:36 CF10',
    '5:3 CF09',
    '7:3 CF16',
    '8:19 CF07',
    '9:50 CF06',
    '9:75 CF17',
    '9:98 CF13',
  ]);
});

test('the message names the nearest key', () => {
  const [problem] = problems(`${zones}minimal-response: yes\n`);
  expect(problem && formatDiagnostic(problem)).toBe(
    `/etc/ringzone/ringzone.yaml:2:1: error: unknown key "minimal-response" [CF04]
minimal-response: yes
^
hint: did you mean minimal-responses?`,
  );
});

test('an underscore for a hyphen is recognised', () => {
  expect(problems(`${zones}edns_udp_size: 1232\n`)[0]?.hint).toBe('did you mean edns-udp-size?');
});

test('a key that resembles nothing gets the list', () => {
  expect(problems(`${zones}logging: { categories: { default: q } }\n`)[0]?.hint).toBe('write [q]');
  expect(problems('zones: { a.test: zones/a.test }\n')[0]?.hint).toBe('write { file: zones/a.test }');
  expect(problems(`${zones}frobnicate: 1\n`)[0]?.hint).toMatch(/^known here: listen, workers/);
});

test('a named.conf is recognised, whatever its name', () => {
  const text = 'options { directory "/tmp"; };\nzone "a.test" { type master; file "master/a"; };\n';
  for (const path of ['/etc/named.conf', '/etc/ringzone.yaml']) {
    const result = parseConfig(text, path);
    expect(result.ok && result.value.zones).toMatchObject([{ name: 'a.test', file: '/tmp/master/a' }]);
  }
});

test('a YAML file may be called .conf', () => {
  expect(parseConfig(zones, '/etc/ringzone.conf').ok).toBe(true);
});

test('hostile documents end', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map(
      (name, i) =>
        `${name}: &${name} [${Array(9)
          .fill(`*${String.fromCharCode(97 + i)}`)
          .join(',')}]`,
    )
    .join('\n')}\n`;
  expect(problems(bomb)[0]?.code).toBe('CF02');
  expect(problems(`${'['.repeat(200)}\n`)[0]?.code).toBe('CF02');
  expect(problems(`__proto__: { file: x }\n${zones}`).length).toBeGreaterThan(0);
});
