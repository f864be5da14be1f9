import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import type { Config, UpdateRule } from '../../../../src/control/config/config.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { AccessList } from '../../../../src/plane/access/access-list-table.ts';
import { AccessLists } from '../../../../src/plane/access/access-lists.ts';
import { Channel, Client } from '../../../../src/plane/access/client.ts';
import { parseAddress } from '../../../../src/plane/sockets/socket-address.ts';
import { formatName } from '../../../../src/wire/name.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-access-'));
afterAll(() => rmSync(folder, { recursive: true }));

function good(text: string, previous?: Config): Config {
  const result = parseConfig(text, join(folder, 'ringzone.yaml'), { previous, interfaces: {} });
  if (!result.ok) throw new Error(result.error.map(formatDiagnostic).join('\n'));
  return result.value;
}

function said(text: string): string {
  const result = parseConfig(text, join(folder, 'ringzone.yaml'), { interfaces: {} });
  return (result.ok ? result.value.warnings : result.error).map(formatDiagnostic).join('\n');
}

const secret = Buffer.from('a secret of thirty-two octets...').toString('base64');
const keys = `keys: { k: { algorithm: hmac-sha256, secret: "${secret}" }, other: { algorithm: hmac-sha256-128, secret: "${secret}" } }\n`;

function allows(config: Config, list: number, address: string, key = -1): boolean {
  const client = new Client();
  client.octets = parseAddress(address) ?? new Uint8Array(0);
  client.family = client.octets.length === 4 ? 4 : 6;
  client.key = key;
  return new AccessLists(config.access).allows(list, client);
}

describe('keys', () => {
  test('in place, lower-cased, truncated', () => {
    const config = good(`${keys}zones: { a.test: { file: x } }\n`);
    expect(config.keys.map(({ name, algorithm, macOctets }) => [formatName(name), algorithm, macOctets])).toEqual([
      ['k.', 'hmac-sha256', 32],
      ['other.', 'hmac-sha256', 16],
    ]);
    expect(Buffer.from(config.keys[0]?.secret ?? []).toString()).toBe('a secret of thirty-two octets...');
    expect(config.settings.keys).toBe(config.keys);
    expect(config.warnings).toEqual([]);
  });

  test.each([
    ['base64 alone', `${secret}\n`],
    ['what tsig-keygen writes', `key "k" {\n\talgorithm hmac-sha256;\n\tsecret "${secret}";\n};\n`],
  ])('in a file with %s', (_, text) => {
    writeFileSync(join(folder, 'k.key'), text, { mode: 0o600 });
    const config = good(
      'keys: { k: { algorithm: hmac-sha256, secret-file: k.key } }\nzones: { a.test: { file: x } }\n',
    );
    expect(Buffer.from(config.keys[0]?.secret ?? []).toString()).toBe('a secret of thirty-two octets...');
    expect(config.warnings).toEqual([]);
  });

  test('a file that everybody can read is warned of', () => {
    writeFileSync(join(folder, 'open.key'), secret);
    chmodSync(join(folder, 'open.key'), 0o644);
    const text = 'keys: { k: { algorithm: hmac-sha256, secret-file: open.key } }\nzones: { a.test: { file: x } }\n';
    expect(good(text).warnings).toMatchObject([{ code: 'CF25', line: 1 }]);
  });

  test.each([
    'keys: { k: { algorithm: hmac-sha999, secret: "T0PSECRET" } }',
    'keys: { k: { algorithm: hmac-sha256, secret: "T0PSECRET!" } }',
    'keys: { k: { algorithm: hmac-sha256, secert: "T0PSECRET" } }',
    'keys: { k: { algorithm: hmac-sha256, secret: "T0PSECRET", secret-file: x } }',
    'keys: { k: "T0PSECRET" }',
    'keys: { k: { secret: T0PSECRET } }',
    'keys: [{ k: T0PSECRET }]',
    'keys: T0PSECRET',
    'keys: { k: { algorithm: hmac-sha256, secret: [T0PSECRET] } }',
    'keys: { k: { algorithm: hmac-sha256, secret: { a: T0PSECRET } } }',
    'keys: { k: { algorithm: hmac-sha512, secret: T0PSECRETT0PSECRETT0P== } }',
    'keys:\n  k:\n    algorithm: hmac-sha256\n    secret: |\n      T0PSECRET\n      !!\n',
    'keys: { k: { algorithm: hmac-sha256, secret: "T0PSECRET }',
    'keys: { k: { secret: T0PSECRET } ]',
    'keys: { k: { algorithm: hmac-sha256, secret: T0PSECRET }, k: { secret: T0PSECRET } }',
    'keys: { k: { algorithm: hmac-sha256, "secret" : !T0PSECRET x } }',
  ])('no message shows a secret: %j', (text) => {
    const messages = said(`${text}\nzones: { a.test: { file: x } }\n`);
    expect(messages).not.toBe('');
    expect(messages).not.toContain('T0PS');
  });
});

describe('address match lists', () => {
  const text = `${keys}
acl:
  office: ["192.0.2.0/24", "!192.0.2.66", "key k"]
  strict: ["!192.0.2.66", office]
allow-query: strict
allow-transfer: ["key k"]
zones:
  a.test: { file: a }
  b.test: { file: b, allow-query: any, allow-transfer: [["!192.0.2.1", any], "key other"], allow-notify: [192.0.2.9] }
  c.test: { file: c, allow-query: [none], allow-transfer: none }
blackhole: [10/8]
`;
  const config = good(text);
  const [a, b, c] = config.zones;

  test('zones take their own, else the global ones', () => {
    expect(allows(config, a?.allowQuery ?? -1, '192.0.2.1')).toBe(true);
    expect(allows(config, a?.allowQuery ?? -1, '192.0.2.66')).toBe(false);
    expect(allows(config, a?.allowQuery ?? -1, '198.51.100.1')).toBe(false);
    expect(allows(config, a?.allowQuery ?? -1, '198.51.100.1', 0)).toBe(true);
    expect(allows(config, a?.allowTransfer ?? -1, '192.0.2.1')).toBe(false);
    expect(allows(config, a?.allowTransfer ?? -1, '192.0.2.1', 0)).toBe(true);
    expect(allows(config, a?.allowTransfer ?? -1, '192.0.2.1', 1)).toBe(false);
    expect(b?.allowQuery).toBe(AccessList.any);
    expect(allows(config, b?.allowTransfer ?? -1, '192.0.2.2')).toBe(true);
    expect(allows(config, b?.allowTransfer ?? -1, '192.0.2.1')).toBe(false);
    expect(allows(config, b?.allowTransfer ?? -1, '192.0.2.1', 1)).toBe(true);
    expect(allows(config, b?.allowNotify ?? -1, '192.0.2.9')).toBe(true);
    expect([c?.allowQuery, c?.allowTransfer]).toEqual([AccessList.none, AccessList.none]);
    expect(allows(config, config.blackhole, '10.1.2.3')).toBe(true);
    expect(config.settings).toMatchObject({ access: config.access, blackhole: config.blackhole });
  });

  test('by default everybody may query and nobody anything else', () => {
    const plain = good('zones: { a.test: { file: x } }\n');
    expect(plain.zones[0]).toMatchObject({ allowQuery: 0, allowTransfer: 1, allowNotify: 1, update: undefined });
    expect(plain.blackhole).toBe(AccessList.none);
    expect(plain.access.lists).toHaveLength(2);
  });

  test('a reload appends: every number that was given keeps its meaning', () => {
    const again = good(text, config);
    expect(again.access).toEqual(config.access);
    expect(again.zones).toEqual(config.zones);
    const changed = good(text.replace('"!192.0.2.66", "key k"', '"key other"'), config);
    expect(changed.access.lists.slice(0, config.access.lists.length)).toEqual(config.access.lists);
    expect(changed.access.lists.length).toBeGreaterThan(config.access.lists.length);
    expect(changed.zones[0]?.allowQuery).not.toBe(config.zones[0]?.allowQuery);
  });

  test('a key that goes leaves its number to nobody', () => {
    const without = good(text.replaceAll('"key k"', '"key other"').replace(/k: \{.*?\}, /, ''), config);
    expect(without.keys.map(({ name }) => formatName(name))).toEqual(['revoked-0.invalid.', 'other.']);
    const back = good(text, without);
    expect(back.keys.map(({ name }) => formatName(name))).toEqual(['revoked-0.invalid.', 'other.', 'k.']);
    // Not made anew at each reload.
    expect(back.keys[0]).toBe(without.keys[0]);
    expect(allows(back, back.zones[0]?.allowTransfer ?? -1, '192.0.2.1', 0)).toBe(false);
    expect(allows(back, back.zones[0]?.allowTransfer ?? -1, '192.0.2.1', 2)).toBe(true);
  });
});

describe('replication', () => {
  test('a secondary, with primaries in each form', () => {
    const config = good(`${keys}
primaries:
  hidden: [192.0.2.1, { address: "2001:db8::1", port: 5353, key: K }]
  all: [hidden, 192.0.2.9]
zones:
  s.test:
    type: secondary
    primaries: [all, "192.0.2.2:5300", "[::1]:5301", { address: 192.0.2.3, tls: true },
                { address: 192.0.2.4, tls: { hostname: ns1.test, ca-file: ca.pem } }, { address: 192.0.2.5, tls: ephemeral }]
    also-notify: [192.0.2.1]
    max-records: 1000
    max-transfer-size: 1M
    min-refresh-time: 1m
  m.test: { type: slave, masters: 192.0.2.1 }
also-notify: [{ address: 192.0.2.8, key: other }]
notify: explicit
min-retry-time: 30s
max-journal-size: unlimited
max-ixfr-ratio: unlimited
transfers-in: 3
transfers-out: 4
transfers-per-ns: 5
data-dir: state
`);
    const strict = { hostname: undefined, caFile: undefined, mode: 'strict' };
    const plain = { key: undefined, tls: undefined };
    expect(config.zones[0]).toMatchObject({
      type: 'secondary',
      file: undefined,
      update: undefined,
      notify: 'explicit',
      primaries: [
        { address: '192.0.2.1', port: 53, ...plain },
        { address: '2001:db8::1', port: 5353, key: 'K', tls: undefined },
        { address: '192.0.2.9', port: 53, ...plain },
        { address: '192.0.2.2', port: 5300, ...plain },
        { address: '::1', port: 5301, ...plain },
        { address: '192.0.2.3', port: 853, key: undefined, tls: strict },
        {
          address: '192.0.2.4',
          port: 853,
          key: undefined,
          tls: { hostname: 'ns1.test', caFile: join(folder, 'ca.pem'), mode: 'strict' },
        },
        { address: '192.0.2.5', port: 853, key: undefined, tls: { ...strict, mode: 'opportunistic' } },
      ],
      alsoNotify: [{ address: '192.0.2.1', port: 53, ...plain }],
      limits: {
        maxRecords: 1000,
        maxTransferOctets: 1_048_576,
        minRefreshSeconds: 60,
        maxRefreshSeconds: 2_419_200,
        minRetrySeconds: 30,
        maxRetrySeconds: 1_209_600,
      },
      journalOctets: Number.POSITIVE_INFINITY,
      maxIxfrRatio: undefined,
    });
    expect(config.zones[1]).toMatchObject({
      primaries: [{ address: '192.0.2.1', port: 53, ...plain }],
      alsoNotify: [{ address: '192.0.2.8', port: 53, key: 'other', tls: undefined }],
    });
    expect(config).toMatchObject({
      dataDir: join(folder, 'state'),
      isDataDirNamed: true,
      transfersIn: 3,
      transfersOut: 4,
      transfersPerPrimary: 5,
    });
    expect(config.warnings).toEqual([]);
  });

  test('times, rates and sources', () => {
    const config = good(`serial-query-rate: 100
notify-rate: 50
notify-delay: 0s
transfer-source: 192.0.2.10
transfer-source-v6: 2001:db8::10
notify-source: 192.0.2.11
max-transfer-time-in: 1h30m
max-transfer-idle-out: 90s
zones:
  a.test: { type: secondary, primaries: [192.0.2.1], transfer-source: any, notify-source-v6: "::1", notify-delay: 200ms }
  b.test: { file: x, max-transfer-idle-in: 1m, max-transfer-time-out: 2d }
`);
    expect(config).toMatchObject({ serialQueryRate: 100, notifyRate: 50 });
    expect(config.zones).toMatchObject([
      {
        notifyDelayMs: 200,
        transferSource: { ipv4: undefined, ipv6: '2001:db8::10' },
        notifySource: { ipv4: '192.0.2.11', ipv6: '::1' },
        transferTimes: { inMs: 5_400_000, idleInMs: 3_600_000, outMs: 7_200_000, idleOutMs: 90_000 },
      },
      {
        notifyDelayMs: 0,
        transferSource: { ipv4: '192.0.2.10', ipv6: '2001:db8::10' },
        notifySource: { ipv4: '192.0.2.11', ipv6: undefined },
        transferTimes: { inMs: 5_400_000, idleInMs: 60_000, outMs: 172_800_000, idleOutMs: 90_000 },
      },
    ]);
    const usual = good('zones: { a.test: { file: x } }\n');
    expect(usual).toMatchObject({ serialQueryRate: 20, notifyRate: 20 });
    expect(usual.zones[0]).toMatchObject({
      notifyDelayMs: 5000,
      transferSource: { ipv4: undefined, ipv6: undefined },
      transferTimes: { inMs: 7_200_000, idleInMs: 3_600_000, outMs: 7_200_000, idleOutMs: 300_000 },
    });
  });

  test.each([
    ['max-transfer-time-in: 120', 'duration 120 has no unit [CF07]'],
    ['max-transfer-idle-out: 10ms', 'the time of a transfer is between 1s and 24d [CF06]'],
    ['notify-delay: 5', 'duration 5 has no unit [CF07]'],
    ['transfer-source: "192.0.2.1:53"', '"192.0.2.1:53" is not an IPv4 address to send from [CF08]'],
    ['transfer-source: "2001:db8::1"', '"2001:db8::1" is not an IPv4 address to send from [CF08]'],
    ['notify-source-v6: 192.0.2.1', '"192.0.2.1" is not an IPv6 address to send from [CF08]'],
    ['serial-query-rate: 0', '0 is not a whole number between 1 and 10000 [CF06]'],
  ])('%s is refused', (line, message) => {
    expect(said(`${line}\nzones: { a.test: { file: x } }\n`)).toContain(message);
  });

  test('ixfr-from-differences by kind', () => {
    const zones = 'zones: { p.test: { file: x }, s.test: { type: secondary, primaries: [192.0.2.1] } }\n';
    const differences = (written: string) =>
      good(`ixfr-from-differences: ${written}\n${zones}`).zones.map((zone) => zone.ixfrFromDifferences);
    expect(differences('yes')).toEqual([true, true]);
    expect(differences('primary')).toEqual([true, false]);
    expect(differences('slave')).toEqual([false, true]);
    expect(differences('false')).toEqual([false, false]);
  });

  test('a TLS listener', () => {
    const config = good(`tls: { listen: ["127.0.0.1", "[::1]:8853"], cert-file: cert.pem, key-file: /k.pem }
zones: { a.test: { file: x } }\n`);
    expect(config.tls).toEqual({
      listen: [
        { family: 4, address: '127.0.0.1', port: 853 },
        { family: 6, address: '::1', port: 8853 },
      ],
      certificate: { certFile: join(folder, 'cert.pem'), keyFile: '/k.pem' },
    });
    expect(good('tls: { ephemeral: true }\nzones: { a.test: { file: x } }\n').tls?.certificate).toBe('ephemeral');
  });

  test('transfers over TLS alone, where a zone or all of them say so', () => {
    const { access, zones } = good(`tls: { ephemeral: true }
allow-transfer: [192.0.2.1]
require-tls: true
zones: { a.test: { file: x }, b.test: { file: x, require-tls: false }, c.test: { file: x, allow-transfer: [any] },
         d.test: { file: x, allow-transfer: [none] } }\n`);
    const lists = new AccessLists(access);
    const client = new Client();
    const allowed = (address: string, channel: Channel) => {
      client.octets = Uint8Array.from(address.split('.'), Number);
      client.channel = channel;
      return zones.map(({ allowTransfer }) => lists.allows(allowTransfer, client));
    };
    expect(allowed('192.0.2.1', Channel.plain)).toEqual([false, true, false, false]);
    expect(allowed('192.0.2.1', Channel.xot)).toEqual([true, true, true, false]);
    expect(allowed('192.0.2.2', Channel.plain)).toEqual([false, false, false, false]);
    expect(allowed('192.0.2.2', Channel.xot)).toEqual([false, false, true, false]);
  });
});

describe('updates', () => {
  const rulesOf = (policy: string): readonly UpdateRule[] => {
    const { update } = good(`${keys}zones: { a.test: { file: x, update-policy: ${policy} } }\n`).zones[0] ?? {};
    return update?.kind === 'policy' ? update.rules : [];
  };
  const shown = ({ action, identity, match, name, types }: UpdateRule) =>
    [action, formatName(identity), match, name === undefined ? '' : formatName(name), types.join(' ')].join(' ');

  test.each([
    ['[grant k subdomain dyn.a.test A AAAA]', 'grant k. subdomain dyn.a.test. 1 28'],
    ['["deny K. name WWW.A.test.;"]', 'deny k. name www.a.test. '],
    ['[grant k zonesub ANY]', 'grant k. zonesub  255'],
    ['["grant * self * A"]', 'grant *. self  1'],
    ['["grant *.a.test selfsub . TXT"]', 'grant *.a.test. selfsub  16'],
    ['[grant k selfwild A]', 'grant k. selfwild  1'],
    ['["grant k wildcard *.a.test SRV TYPE65280"]', 'grant k. wildcard *.a.test. 33 65280'],
    ['[{ grant: k, match: subdomain, name: a.test, types: [A] }]', 'grant k. subdomain a.test. 1'],
    ['[{ deny: other, match: zonesub, types: MX }]', 'deny other. zonesub  15'],
    ['grant k zonesub', 'grant k. zonesub  '],
  ])('%s', (policy, rule) => expect(rulesOf(policy).map(shown)).toEqual([rule]));

  test.each([
    'grant k subdomain',
    'grant k wildcard a.test A',
    'grant k zonesub OPT',
    'grant',
    '{ grant: k, deny: other, match: zonesub }',
    '{ grant: k }',
    '{ grant: k, match: zonesub, name: a.test }',
  ])('%s is no rule', (rule) => {
    expect(said(`${keys}zones: { a.test: { file: x, update-policy: [${rule}] } }\n`)).toMatch(/\[CF(26|15)\]/);
  });

  test('a list by key is quiet, one by address is warned of as spoofable', () => {
    const zone = (list: string) => `${keys}zones: { a.test: { file: x, allow-update: ${list} } }\n`;
    expect(good(zone('["key k"]'))).toMatchObject({ zones: [{ update: { kind: 'list' } }], warnings: [] });
    expect(said(zone('["key k", 192.0.2.1]'))).toContain('spoofable');
    expect(said(zone('["!192.0.2.1", "key k"]'))).toBe('');
    expect(good(zone('[none]')).zones[0]?.update).toBeUndefined();
  });
});
