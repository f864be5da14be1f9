import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AddedZones } from '../../../../src/control/added-zones/added-zones.ts';
import { amendConfig } from '../../../../src/control/added-zones/amend-config.ts';
import { parseZoneBlock } from '../../../../src/control/added-zones/zone-block.ts';
import type { Config } from '../../../../src/control/config/config.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { configSchema } from '../../../../src/control/config/schema.ts';
import { formatConfig, valuesInForce } from '../../../../src/control/show-config/show-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-showconf-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configOf(text: string, name = 'ringzone.yaml', added?: AddedZones): Config {
  const amend =
    added === undefined ? {} : { amend: (written: Parameters<typeof amendConfig>[0]) => amendConfig(written, added) };
  const read = parseConfig(text, join(folder, name), { interfaces: {}, ...amend });
  if (!read.ok) throw new Error(JSON.stringify(read.error, undefined, 1));
  return { ...read.value, addedZones: added };
}

/** What counts of it; whether a default was written makes no difference, nor do secrets and the order of the lists. */
function meaningOf({ zones, views, catalogs, listen, tcp, settings, logging, ...rest }: Config) {
  const { transfersIn, transfersOut, transfersPerPrimary, serialQueryRate, notifyRate, tls, dataDir, control } = rest;
  const { keys: _keys, access: _access, cookies, ...known } = settings;
  // Secrets are not shown.
  const answers = { ...known, isCookieRequired: cookies?.isRequired, secrets: cookies?.secrets.length };
  const limits = { transfersIn, transfersOut, transfersPerPrimary, serialQueryRate, notifyRate };
  return { zones, views, catalogs, listen, tcp, answers, logging, limits, tls, dataDir, control };
}

const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==';
const full = `
listen: ["127.0.0.1:5300", "[::1]:5300"]
data-dir: data
control: c.sock
keys: { k: { algorithm: hmac-sha256, secret: "${secret}" } }
acl: { office: [10.0.0.0/8, "!10.1.0.0/16"] }
primaries: { them: [{ address: 192.0.2.1, key: k, tls: { hostname: ns.test, ca-file: ca.pem } }] }
tls: { listen: ["127.0.0.1:8853"], ephemeral: true }
allow-transfer: [office, "key k"]
notify-delay: 7s
tcp-idle-timeout: 1500ms
version: false
cookie-secret: ["00112233445566778899aabbccddeeff"]
server-id: me
allow-new-zones: yes
logging:
  channels: { q: { file: logs/q.log, versions: 3, size: 1M } }
  categories: { queries: [q] }
zones:
  a.test: { file: zones/a, allow-update: ["key k"] }
  b.test: { type: secondary, primaries: [them], also-notify: [{ address: 192.0.2.2, tls: { ca-file: ca.pem } }] }
  c.test: { type: secondary, primaries: 192.0.2.3, max-refresh-time: 1d, ixfr-from-differences: secondary }
  cat.test: { type: secondary, primaries: [them] }
catalogs: { cat.test: { members: { primaries: [them] } } }
`;

describe('what is shown is good, and means the same', () => {
  test.each([
    ['nothing but a zone', 'zones: { a.test: { file: a } }\n', 'ringzone.yaml'],
    ['everything', full, 'ringzone.yaml'],
    [
      'views',
      'views:\n  in: { match-clients: [10.0.0.0/8], zones: { a.test: { file: a } } }\n  out: { zones: { a.test: { file: b } } }\n',
      'ringzone.yaml',
    ],
    [
      'a named.conf',
      'options { directory "/"; recursion no; listen-on { 127.0.0.1; }; allow-query { any; }; };\nzone "a.test" { type primary; file "a"; };\n',
      'named.conf',
    ],
  ])('%s', (_, text, name) => {
    const config = configOf(text, name);
    const shown = formatConfig(valuesInForce(config));
    // Read in another folder.
    const again = parseConfig(shown, '/elsewhere/ringzone.yaml', { interfaces: {} });
    if (!again.ok) throw new Error(JSON.stringify(again.error, undefined, 1));
    expect(meaningOf(again.value)).toEqual(meaningOf(config));
    expect(again.value.keys.map(({ name: key }) => key)).toEqual(config.keys.map(({ name: key }) => key));
  });
});

test('secrets are not shown', () => {
  const shown = formatConfig(valuesInForce(configOf(full)));
  expect(shown).not.toContain(secret);
  expect(shown).not.toContain('00112233445566778899aabbccddeeff');
  expect(shown).toContain(`secret: ${Buffer.alloc(34).toString('base64')}`);
});

test('zones that were added are shown, those that were deleted are not', () => {
  const block = parseZoneBlock('new.test', '{ type primary; file "new"; };', 'addzone', folder);
  if (!block.ok) throw new Error('refused');
  const added = new AddedZones(undefined, undefined)
    .with({ view: '_default', name: 'new.test', isPassing: false, ...block.value })
    .with({ view: '_default', name: 'a.test', isPassing: true, settings: undefined, source: block.value.source });
  const { zones } = valuesInForce(
    configOf('zones: { a.test: { file: a }, b.test: { file: b } }\n', 'ringzone.yaml', added),
  );
  expect(zones).toEqual({
    'b.test': { file: join(folder, 'b') },
    'new.test': { type: 'primary', file: join(folder, 'new') },
  });
});

test('every key is shown that has a default', () => {
  const shown = Object.keys(valuesInForce(configOf('zones: {}\n')));
  // Without a default: nothing is done where they are missing.
  const silent = ['user', 'tls', 'catalogs', 'views', 'logging', 'querylog', 'responselog'];
  const dnstap = ['dnstap', 'dnstap-output', 'dnstap-identity', 'dnstap-version'];
  // Not obeyed by this release.
  const later = ['recursion', 'dnssec-policy'];
  const steering = ['srv-order', 'health', 'resolver', 'rrset-order'];
  const protection = ['rate-limit', 'cookie-algorithm', 'cookie-secret', 'tcp-clients-per-address'];
  const missing = Object.keys(configSchema.shape).filter(
    (key) => ![...shown, ...silent, ...later, ...steering, ...dnstap, ...protection].includes(key),
  );
  // A new key: give it its default in src/control/show-config/default-values.ts, or name it above.
  expect(missing).toEqual([]);
});
