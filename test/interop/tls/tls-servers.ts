/** Ringzone and BIND, each as primary and as secondary of the other, over TLS on 127.0.0.1. */
import { resolve } from 'node:path';
import type { CertificateFiles } from '../../e2e/certificates.ts';
import { findFreePort } from '../lib/free-port.ts';
import { type Judge, type JudgeZone, startJudge, writeConfig } from '../lib/judge.ts';

export interface SecondaryOptions {
  /** How it looks at its primary's certificate. */
  readonly trust: Trust;
  /** Where it listens too, for its primary to notify it. */
  readonly notifyPort?: number;
  /** Its log says so where there will be no zone. */
  readonly hopeless?: RegExp;
}

export interface Trust {
  /** Of the authority's certificate; none: it isn't verified. */
  readonly caFile?: string;
  readonly hostname?: string;
  /** Whether all is signed with `notifyKey` besides. */
  readonly isSigned?: boolean;
}

/** Zones of that name are given to who has `notifyKey`, over TLS and with a signature. */
export const signedZone = 'signed.test';

export interface TlsPrimary extends Judge {
  readonly tlsPort: number;
}

export const notifyKey = { name: 'change-key', secret: 'c2VjcmV0IG9mIHRoZSB1cGRhdGVzIG9mIHRlc3Rz' };

/** Zones may be updated with `notifyKey`, transferred over TLS alone, and changes are told to that port. */
export async function startRingzonePrimary(
  zones: readonly JudgeZone[],
  { certFile, keyFile }: CertificateFiles,
  notifyPort: number,
): Promise<TlsPrimary | undefined> {
  const tlsPort = await findFreePort();
  const configure = (folder: string, port: number): string[] => {
    const lines = [
      ...headOfRingzone(port),
      `tls: { listen: ["127.0.0.1:${tlsPort}"], cert-file: ${certFile}, key-file: ${keyFile} }`,
      `keys: { ${notifyKey.name}: { algorithm: hmac-sha256, secret: "${notifyKey.secret}" } }`,
      'allow-transfer: [127.0.0.1]',
      'require-tls: true',
      `also-notify: ["127.0.0.1:${notifyPort}"]`,
      `allow-update: ["key ${notifyKey.name}"]`,
      'zones:',
      ...zones.map(({ name, file }) => {
        const access = name === signedZone ? `, allow-transfer: ["key ${notifyKey.name}"]` : '';
        return `  ${name}: { file: ${file}${access} }`;
      }),
    ];
    return serveRingzone(folder, lines);
  };
  const judge = await startJudge({ name: 'Ringzone', command: process.execPath, configure }, zones);
  return judge === undefined ? undefined : { ...judge, tlsPort };
}

export function startRingzoneSecondary(
  zones: readonly string[],
  primaryPort: number,
  { trust: { caFile, hostname, isSigned }, notifyPort, hopeless }: SecondaryOptions,
): Promise<Judge | undefined> {
  const key = isSigned === true ? `, key: ${notifyKey.name}` : '';
  const names = hostname === undefined ? '' : `hostname: ${hostname}, `;
  const tls = caFile === undefined ? 'opportunistic' : `{ ${names}ca-file: ${caFile} }`;
  const configure = (folder: string, port: number): string[] =>
    serveRingzone(folder, [
      ...headOfRingzone(port, notifyPort),
      'allow-transfer: [127.0.0.1]',
      `keys: { ${notifyKey.name}: { algorithm: hmac-sha256, secret: "${notifyKey.secret}" } }`,
      'zones:',
      ...zones.map(
        (name) =>
          `  ${name}: { type: secondary, primaries: [{ address: 127.0.0.1, port: ${primaryPort}, tls: ${tls}${key} }] }`,
      ),
    ]);
  const program = { name: 'Ringzone', command: process.execPath, configure };
  return startJudge(program, judgeZones(zones), hopeless === undefined ? {} : { hopeless });
}

function headOfRingzone(...ports: readonly (number | undefined)[]): readonly string[] {
  const addresses = ports.filter((port) => port !== undefined).map((port) => `"127.0.0.1:${port}"`);
  return [`listen: [${addresses}]`, 'workers: 1', 'data-dir: data', 'http: false'];
}

function serveRingzone(folder: string, lines: readonly string[]): string[] {
  const file = writeConfig(folder, 'ringzone.yaml', lines);
  return [resolve(import.meta.dirname, '../../../bin/ringzone.js'), 'serve', '-c', file];
}

export async function startBindPrimary(
  zones: readonly JudgeZone[],
  { certFile, keyFile }: CertificateFiles,
  notifyPort: number,
): Promise<TlsPrimary | undefined> {
  const tlsPort = await findFreePort();
  const configure = (folder: string, port: number): string[] =>
    serveBind(folder, port, [
      [
        `listen-on port ${tlsPort} tls here { 127.0.0.1; };`,
        `allow-transfer port ${tlsPort} transport tls { 127.0.0.1; };`,
        `notify explicit; also-notify { 127.0.0.1 port ${notifyPort}; }; notify-delay 0;`,
      ],
      [
        `tls here { cert-file "${certFile}"; key-file "${keyFile}"; };`,
        `key ${notifyKey.name} { algorithm hmac-sha256; secret "${notifyKey.secret}"; };`,
      ],
      zones.map(
        ({ name, file }) =>
          `zone "${name}" { type primary; file "${file}"; allow-update { key ${notifyKey.name}; };` +
          `${name === signedZone ? ` allow-transfer port ${tlsPort} transport tls { key ${notifyKey.name}; };` : ''} };`,
      ),
    ]);
  const judge = await startJudge({ name: 'BIND', command: 'named', configure }, zones);
  return judge === undefined ? undefined : { ...judge, tlsPort };
}

export function startBindSecondary(
  zones: readonly string[],
  primaryPort: number,
  { trust: { caFile, hostname, isSigned }, notifyPort, hopeless }: SecondaryOptions,
): Promise<Judge | undefined> {
  const strict = `tls there { ca-file "${caFile}"; remote-hostname "${hostname}"; };`;
  const key = isSigned === true ? ` key ${notifyKey.name}` : '';
  const primary = `127.0.0.1 port ${primaryPort}${key} tls ${caFile === undefined ? 'ephemeral' : 'there'}`;
  const configure = (folder: string, port: number): string[] =>
    serveBind(folder, port, [
      [
        'notify no; allow-transfer { any; }; allow-notify { 127.0.0.1; };',
        ...(notifyPort === undefined ? [] : [`listen-on port ${notifyPort} { 127.0.0.1; };`]),
      ],
      [
        `key ${notifyKey.name} { algorithm hmac-sha256; secret "${notifyKey.secret}"; };`,
        ...(caFile === undefined ? [] : [strict]),
      ],
      zones.map((name) => `zone "${name}" { type secondary; primaries { ${primary}; }; file "${name}.copy"; };`),
    ]);
  return startJudge(
    { name: 'BIND', command: 'named', configure },
    judgeZones(zones),
    hopeless === undefined ? {} : { hopeless },
  );
}

type BindParts = readonly [options: readonly string[], before: readonly string[], zones: readonly string[]];

function serveBind(folder: string, port: number, [options, before, zones]: BindParts): string[] {
  const file = writeConfig(folder, 'named.conf', [
    ...before,
    'options {',
    `  directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
    '  pid-file none; session-keyfile none; lock-file none;',
    '  recursion no; dnssec-validation no; empty-zones-enable no; masterfile-format text;',
    ...options,
    '};',
    'controls { };',
    ...zones,
  ]);
  return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
}

function judgeZones(names: readonly string[]): readonly JudgeZone[] {
  return names.map((name) => ({ name, file: '' }));
}
