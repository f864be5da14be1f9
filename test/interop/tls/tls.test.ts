/** DNS over TLS and XoT (RFC 7858, RFC 9103) with the clients and servers that there are. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CertificateFiles, hasOpenssl, makeCertificate } from '../../e2e/certificates.ts';
import { findFreePort } from '../lib/free-port.ts';
import { findCommand, type Judge } from '../lib/judge.ts';
import { digZone, readMasterFile } from '../transfer-out/dig-zone.ts';
import { run, sendUpdates } from '../update/nsupdate.ts';
import {
  notifyKey,
  signedZone,
  startBindPrimary,
  startBindSecondary,
  startRingzonePrimary,
  startRingzoneSecondary,
  type TlsPrimary,
  type Trust,
} from './tls-servers.ts';

const has = (command: string) => findCommand(command) !== undefined;
const hostname = 'ns1.example.com';

/** So many records that they take several messages, and TLS several records of its own. */
function zoneText(): string {
  const hosts = Array.from({ length: 4000 }, (_, i) => `h${i} A 10.0.${i >> 8}.${i & 255}`);
  return ['$TTL 300', '@ SOA ns1 hostmaster 1 3600 900 1209600 300', '@ NS ns1', 'ns1 A 192.0.2.1', ...hosts, ''].join(
    '\n',
  );
}

const names = ['one.test', 'two.test'];
/** One for each pair of servers. */
const changingZones = ['changing-1.test', 'changing-2.test', 'changing-3.test'];

let folder: string;
let authority: CertificateFiles;
let certificate: CertificateFiles;
let otherAuthority: CertificateFiles;
let ringzone: TlsPrimary | undefined;
let bind: TlsPrimary | undefined;
/** Of the secondary that hears of changes. */
let notifyPort: number;
const zones: { name: string; file: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-tls-'));
  if (!hasOpenssl) return;
  authority = makeCertificate(folder, 'authority', { subject: '/CN=authority', names: '' });
  otherAuthority = makeCertificate(folder, 'other', { subject: '/CN=other', names: '' });
  certificate = makeCertificate(folder, 'server', { authority });
  for (const name of [...names, ...changingZones, signedZone]) {
    const file = join(folder, name);
    writeFileSync(file, zoneText());
    zones.push({ name, file });
  }
  notifyPort = await findFreePort();
  ringzone = await startRingzonePrimary(zones, certificate, notifyPort);
  if (has('named')) bind = await startBindPrimary(zones, certificate, notifyPort);
});

afterAll(async () => {
  await ringzone?.stop();
  await bind?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function expectAll(secondary: Judge): void {
  expect(secondary.notLoaded, secondary.log()).toEqual([]);
  for (const { name, file } of zones.slice(0, names.length)) {
    expect(digZone(secondary.port, name)).toEqual(readMasterFile(name, file));
  }
}

/** Over TLS and with TSIG, which the primary asks for: whole, and by differences. */
async function expectSigned(primary: TlsPrimary, start: typeof startBindSecondary): Promise<void> {
  const trust = { caFile: authority.certFile, hostname };
  const stranger = (await start([signedZone], primary.tlsPort, { trust, hopeless: /REFUSED/ })) as Judge;
  expect(stranger.notLoaded, stranger.log()).toEqual([signedZone]);
  await stranger.stop();
  const secondary = (await start([signedZone], primary.tlsPort, {
    trust: { ...trust, isSigned: true },
    notifyPort,
  })) as Judge;
  try {
    expect(secondary.notLoaded, secondary.log()).toEqual([]);
    const before = digZone(secondary.port, signedZone).length;
    const update = [`update add new${Date.now()}.${signedZone} 60 TXT new`];
    expect(await sendUpdates(primary.port, signedZone, [update], notifyKey)).toEqual(['NOERROR']);
    const count = () => digZone(secondary.port, signedZone).length;
    await expect.poll(count, { interval: 100 }).toBe(before + 1);
    expect(secondary.log()).toMatch(/Transfer completed: 1 messages, [56] records/);
    expect(secondary.log()).toMatch(new RegExp(`transferred serial \\d+: TSIG '${notifyKey.name}'`));
  } finally {
    await secondary.stop();
  }
}

/** What changes at the primary arrives at the secondary: NOTIFY in the clear, then IXFR over TLS. */
async function expectChange(primary: TlsPrimary, zone: string, start: typeof startBindSecondary): Promise<void> {
  const trust = { caFile: authority.certFile, hostname };
  const secondary = (await start([zone], primary.tlsPort, { trust, notifyPort })) as Judge;
  try {
    expect(secondary.notLoaded, secondary.log()).toEqual([]);
    const update = [`update add new.${zone} 60 TXT new`];
    expect(await sendUpdates(primary.port, zone, [update], notifyKey)).toEqual(['NOERROR']);
    const find = () => run('dig', ['@127.0.0.1', '-p', `${secondary.port}`, `new.${zone}`, 'TXT', '+short']);
    await expect.poll(find, { interval: 100 }).toBe('"new"\n');
    // One of several messages would be the whole zone.
    expect(secondary.log()).toMatch(/Transfer completed: 1 messages, [56] records/);
  } finally {
    await secondary.stop();
  }
}

describe.runIf(hasOpenssl && has('dig') && has('named-compilezone'))('Ringzone', () => {
  const ask = (tool: string, ...options: readonly string[]) =>
    run(tool, ['@127.0.0.1', '-p', `${ringzone?.tlsPort}`, ...options, 'h1.one.test', 'A']);

  test('answers dig', async () => {
    expect(await ask('dig', '+tls')).toMatch(/status: NOERROR[\s\S]*10\.0\.0\.1[\s\S]*\(TLS\)/);
    const strict = ['+tls', `+tls-ca=${authority.certFile}`];
    expect(await ask('dig', ...strict, `+tls-hostname=${hostname}`)).toMatch(/NOERROR[\s\S]*\(TLS\)/);
    expect(await ask('dig', ...strict, '+tls-hostname=ns2.example.com')).toContain('failed: hostname mismatch');
  });

  test.runIf(has('kdig'))('answers kdig', async () => {
    expect(await ask('kdig', '+tls')).toMatch(/TLS session \(TLS1\.3\)[\s\S]*status: NOERROR[\s\S]*10\.0\.0\.1/);
    const strict = [`+tls-ca=${authority.certFile}`];
    expect(await ask('kdig', ...strict, `+tls-hostname=${hostname}`)).toContain('status: NOERROR');
    expect(await ask('kdig', ...strict, '+tls-hostname=ns2.example.com')).not.toContain('status: NOERROR');
  });

  test('gives zones to dig and kdig over TLS alone', async () => {
    const { tlsPort, port } = ringzone as TlsPrimary;
    for (const { name, file } of zones.slice(0, 2)) {
      expect(digZone(tlsPort, name, '+tls')).toEqual(readMasterFile(name, file));
    }
    expect(digZone(port, 'one.test')).toEqual([]);
    if (!has('kdig')) return;
    const kdig = await run('kdig', ['@127.0.0.1', '-p', `${tlsPort}`, '+tls', 'one.test', 'AXFR']);
    expect(kdig).toMatch(/ 4004 records\)/);
    expect(kdig).not.toMatch(/^;; (WARNING|ERROR)/m);
  });

  describe.runIf(has('named'))('as primary of BIND', () => {
    test.each<[string, () => Trust]>([
      ['opportunistic', () => ({})],
      ['strict', () => ({ caFile: authority.certFile, hostname })],
    ])('%s', async (_name, trust) => {
      const secondary = await startBindSecondary(names, ringzone?.tlsPort ?? 0, { trust: trust() });
      if (secondary === undefined) return;
      try {
        expectAll(secondary);
      } finally {
        await secondary.stop();
      }
    });

    test('with another name in its certificate is no primary', async () => {
      const trust = { caFile: authority.certFile, hostname: 'ns2.example.com' };
      const secondary = await startBindSecondary(['one.test'], ringzone?.tlsPort ?? 0, {
        trust,
        hopeless: /TLS peer certificate verification failed/,
      });
      try {
        expect(secondary?.notLoaded, secondary?.log()).toEqual(['one.test']);
      } finally {
        await secondary?.stop();
      }
    });

    test('wants TSIG as well where it is told to', async () => {
      if (ringzone !== undefined) await expectSigned(ringzone, startBindSecondary);
    });

    test('passes on changes', async () => {
      if (ringzone !== undefined) await expectChange(ringzone, 'changing-1.test', startBindSecondary);
    });
  });

  describe.each([
    ['BIND', () => bind, 'changing-2.test'],
    ['Ringzone', () => ringzone, 'changing-3.test'],
  ])('as secondary of %s', (_name, primary, changing) => {
    test('signs as well where it must', async () => {
      const from = primary();
      if (from !== undefined) await expectSigned(from, startRingzoneSecondary);
    });

    test('hears of changes', async () => {
      const from = primary();
      if (from !== undefined) await expectChange(from, changing, startRingzoneSecondary);
    });

    test.each<[string, () => Trust]>([
      ['opportunistic', () => ({})],
      ['strict by name', () => ({ caFile: authority.certFile, hostname })],
      ['strict by address', () => ({ caFile: authority.certFile })],
      ['strict by a name that is an address', () => ({ caFile: authority.certFile, hostname: '127.0.0.1' })],
    ])('%s', async (_name, trust) => {
      const tlsPort = primary()?.tlsPort;
      if (tlsPort === undefined) return;
      const secondary = await startRingzoneSecondary(names, tlsPort, { trust: trust() });
      try {
        expectAll(secondary as Judge);
      } finally {
        await secondary?.stop();
      }
    });

    test.each<[string, () => Trust, RegExp]>([
      [
        'another name',
        () => ({ caFile: authority.certFile, hostname: 'ns2.example.com' }),
        /Hostname\/IP does not match certificate's altnames/,
      ],
      [
        'another address',
        () => ({ caFile: authority.certFile, hostname: '127.0.0.2' }),
        /Hostname\/IP does not match certificate's altnames/,
      ],
      ['another authority', () => ({ caFile: otherAuthority.certFile, hostname }), /certificate/],
    ])('with %s it takes nothing and says why', async (_name, trust, reason) => {
      const tlsPort = primary()?.tlsPort;
      if (tlsPort === undefined) return;
      const secondary = await startRingzoneSecondary(['one.test'], tlsPort, { trust: trust(), hopeless: reason });
      try {
        expect(secondary?.log()).toMatch(reason);
        expect(digZone(secondary?.port ?? 0, 'one.test')).toEqual([]);
      } finally {
        await secondary?.stop();
      }
    });
  });
});
