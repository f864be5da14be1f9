/** BIND and Ringzone with the same dynamic zones. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Judge, startJudge, writeConfig } from '../lib/judge.ts';

export const keyName = 'ddns-key';
export const policyKeyName = 'phone1.policy.test';
export const secret = randomBytes(32).toString('base64');
/** Rules of the zone `policy.test`, in BIND's words; Ringzone reads the same text. */
export const policyRules = [
  `deny ${policyKeyName} name locked.policy.test`,
  `grant ${policyKeyName} self . A AAAA TXT`,
  `grant ${policyKeyName} subdomain sub.policy.test ANY`,
  `grant ${policyKeyName} name locked.policy.test TXT`,
  `grant ${policyKeyName} wildcard *.wild.policy.test`,
  `grant ${policyKeyName} zonesub TXT`,
];

export const dynZone = `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
@ NS ns2
ns A 192.0.2.1
ns2 A 192.0.2.2
www A 192.0.2.80
alias CNAME www
_sip._udp SRV 1 40 5060 sip1
_sip._udp SRV 1 60 5060 Sip2
sip1 A 192.0.2.51
Sip2 A 192.0.2.52
`;

const zones = ['dyn.test', 'policy.test', 'static.test', 'closed.test', 'sec.test'];
const primaries = zones.filter((name) => name !== 'sec.test');
/** Nobody answers there: a secondary without a copy, of which only what it says to updates is of interest. */
const nobody = '127.0.0.1';
const nobodyPort = 9;

export function startDynamicBind(): Promise<Judge | undefined> {
  return startJudge({ name: 'BIND', command: 'named', configure: configureBind }, zoneList());
}

export function startDynamicRingzone(): Promise<Judge | undefined> {
  return startJudge({ name: 'Ringzone', command: process.execPath, configure: configureRingzone }, zoneList());
}

function zoneList() {
  return primaries.map((name) => ({ name, file: name }));
}

function writeZones(folder: string): void {
  for (const name of zones) writeFileSync(join(folder, name), dynZone);
}

function configureBind(folder: string, port: number): string[] {
  writeZones(folder);
  const file = writeConfig(folder, 'named.conf', [
    'options {',
    `  directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
    '  pid-file none; session-keyfile none; lock-file none;',
    '  recursion no; dnssec-validation no; empty-zones-enable no; notify no; allow-transfer { any; };',
    '  check-integrity no; check-mx ignore;',
    '};',
    'controls { };',
    'logging {',
    '  channel all { stderr; severity info; print-severity yes; print-category yes; };',
    '  category default { all; }; category update { all; }; category update-security { all; };',
    '};',
    ...[keyName, policyKeyName].map((name) => `key "${name}" { algorithm hmac-sha256; secret "${secret}"; };`),
    `zone "dyn.test" { type primary; file "dyn.test"; allow-update { key ${keyName}; }; };`,
    `zone "policy.test" { type primary; file "policy.test"; update-policy { ${policyRules.join('; ')}; }; };`,
    'zone "static.test" { type primary; file "static.test"; };',
    `zone "closed.test" { type primary; file "closed.test"; allow-query { none; }; allow-update { key ${keyName}; }; };`,
    `zone "sec.test" { type secondary; file "sec.copy"; primaries { ${nobody} port ${nobodyPort}; }; };`,
  ]);
  return ['-f', '-4', '-n', '1', '-U', '1', '-c', file];
}

function configureRingzone(folder: string, port: number): string[] {
  writeZones(folder);
  const file = writeConfig(folder, 'ringzone.yaml', [
    `listen: ["127.0.0.1:${port}"]`,
    'workers: 1',
    'data-dir: data',
    'allow-transfer: [any]',
    'notify: no',
    'keys:',
    ...[keyName, policyKeyName].map((name) => `  ${name}: { algorithm: hmac-sha256, secret: "${secret}" }`),
    'zones:',
    `  dyn.test: { file: dyn.test, allow-update: ["key ${keyName}"] }`,
    '  policy.test:',
    '    file: policy.test',
    `    update-policy: ${JSON.stringify(policyRules)}`,
    '  static.test: { file: static.test }',
    `  closed.test: { file: closed.test, allow-query: [none], allow-update: ["key ${keyName}"] }`,
    `  sec.test: { type: secondary, primaries: [{ address: ${nobody}, port: ${nobodyPort} }] }`,
    'logging:',
    '  channels: { all: { stderr: true, severity: info, print-category: true, print-severity: true } }',
    '  categories: { default: [all], update: [all], update-security: [all] }',
  ]);
  return [resolve(import.meta.dirname, '../../../bin/ringzone.js'), 'serve', '-c', file];
}
