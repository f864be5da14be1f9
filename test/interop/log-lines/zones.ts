/** The zones of the scene and the configuration, the same for both servers. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { secrets } from './tsig.ts';

const signedZone = join(import.meta.dirname, '../../golden/signed-nsec/signed.zone');

const head = (serial: number) => `$TTL 300\n@ SOA ns host ${serial} 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\n`;

export function zoneText(serial: number, more = ''): string {
  return `${head(serial)}www A 192.0.2.80\n${more}`;
}

/** Master files by zone. */
const files: Readonly<Record<string, string>> = {
  'plain.test': zoneText(10, 'sub NS ns.sub\nns.sub A 192.0.2.3\n*.wild TXT "w"\nalias CNAME www\n'),
  'noxfr.test': zoneText(10),
  'noq.test': zoneText(10),
  'rel.test': zoneText(10),
  'dyn.test': zoneText(10, 'alias CNAME www\n_sip._udp SRV 0 5 5060 www\n'),
  'tell.test': zoneText(10),
  'pol.test': zoneText(10),
  // A file with each kind of fault; the lines tell of the first.
  'broken.test': zoneText(10, 'bad A 192.0.2.999\nworse A 192.0.2\n'),
  'twosoa.test': zoneText(10, '@ SOA ns host 11 3600 600 86400 60\n'),
  'nosoa.test': '$TTL 300\n@ NS ns\nns A 192.0.2.1\n',
  'nons.test': '$TTL 300\n@ SOA ns host 1 3600 600 86400 60\nns A 192.0.2.1\n',
  'nsaddr.test': '$TTL 300\n@ SOA ns host 1 3600 600 86400 60\n@ NS ns\n',
  'cname.test': zoneText(10, 'www CNAME ns\n'),
  'names.test': zoneText(10, 'under_score A 192.0.2.7\n'),
  'type.test': zoneText(10, 'x SVR 0 0 1 ns\n'),
  'eol.test': zoneText(10, 'x A\n'),
  'outside.test': zoneText(10, 'www.other.example. A 192.0.2.7\n'),
  'srv.test': zoneText(10, '_sip._udp SRV 0 5 5060 nowhere\n@ MX 10 alsonowhere\n'),
  'srvalias.test': zoneText(10, 'alias CNAME www\n_sip._udp SRV 0 5 5060 alias\n@ MX 10 alias\n'),
  'glue.test': zoneText(10, 'sub NS ns.sub\n'),
  'dup.test': zoneText(10, 'www 600 A 192.0.2.81\n'),
  'nottl.test': '@ SOA ns host 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\n',
};

/** Those that are not loaded at the start, but for the one without a file. */
const brokenZones: readonly string[] = [
  'broken.test',
  'twosoa.test',
  'nosoa.test',
  'nons.test',
  'nsaddr.test',
  'cname.test',
  'type.test',
  'eol.test',
];

export function mendZones(folder: string): void {
  for (const name of [...brokenZones, 'missing.test']) writeFileSync(join(folder, name), zoneText(20));
}

/** Larger than what a socket takes for a client that doesn't read. */
function bigZone(): string {
  const text = 'x'.repeat(250);
  return zoneText(10, Array.from({ length: 60_000 }, (_, index) => `h${index} TXT "${text}"\n`).join(''));
}

export function writeZones(folder: string): void {
  writeFileSync(join(folder, 'big.test'), bigZone());
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  copyFileSync(signedZone, join(folder, 'signed.test'));
}

/** Zones that the scripted peer has. */
export const secondaries: readonly string[] = [
  'xin.test',
  'xsigned.test',
  'xstyle.test',
  'xref.test',
  'xnot.test',
  'xserv.test',
  'xlow.test',
  'xeof.test',
  'xform.test',
  'xbad.test',
  'xcut.test',
  'xexp.test',
];

export function namedConf(folder: string, port: number, peerPort: number): string {
  const primary = (name: string, more = '') => `zone "${name}" { type primary; file "${name}"; ${more} };`;
  const secondary = (name: string) =>
    `zone "${name}" { type secondary; file "${name}.copy"; masterfile-format text; primaries { 127.0.0.1 port ${peerPort}${
      name === 'xsigned.test' ? ' key xfr-key' : ''
    }; }; };`;
  const keys = Object.entries(secrets).map(
    ([name, secret]) => `key ${name} { algorithm hmac-sha256; secret "${secret}"; };`,
  );
  const others: Readonly<Record<string, string>> = {
    'noxfr.test': 'allow-transfer { none; };',
    'noq.test': 'allow-query { none; };',
    'dyn.test': 'allow-update { key ddns-key; }; max-ixfr-ratio unlimited;',
    // Else BIND refuses what is no host name; here it is told of.
    'names.test': 'check-names warn;',
    'pol.test': 'update-policy { grant ddns-key name www.pol.test A; };',
    'tell.test': `notify explicit; also-notify { 127.0.0.1 port ${peerPort}; };`,
  };
  return [
    ...keys,
    'options {',
    `  directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
    '  pid-file none; session-keyfile none; lock-file none;',
    '  recursion no; dnssec-validation no; empty-zones-enable no; notify no; notify-delay 0;',
    '  min-refresh-time 1; min-retry-time 1; allow-transfer { any; }; transfers-in 20; transfers-per-ns 20; transfers-out 4;',
    '};',
    'logging {',
    '  channel all { file "log"; severity info; print-severity yes; print-category yes; };',
    '  category default { all; };',
    '  category queries { all; };',
    '};',
    ...Object.keys(files).map((name) => primary(name, others[name])),
    primary('signed.test'),
    primary('missing.test'),
    primary('big.test'),
    ...secondaries.map(secondary),
    'zone "xdown.test" { type secondary; file "xdown.copy"; primaries { 127.0.0.1 port 9; }; };',
    '',
  ].join('\n');
}
