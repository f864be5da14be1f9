/** BIND and Knot as secondaries of Ringzone, which tells them of a change: NOTIFY, signed, and what follows from it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../lib/free-port.ts';
import { type Judge, startJudge, writeConfig } from '../lib/judge.ts';
import { transfer } from '../update/nsupdate.ts';

const zone = 'told.test';
const key = { name: 'xfr-key', secret: 'c2VjcmV0IG9mIHRoZSB0cmFuc2ZlcnMgdGhlbXNlbHZlcw==' };
const textOf = (serial: number) => `$TTL 300
@ SOA ns hostmaster ${serial} 7200 900 604800 300
@ NS ns
ns A 192.0.2.53
www A 192.0.2.${serial}
`;

interface Ports {
  /** Where the secondary is told. */
  readonly told: number;
  readonly primary: number;
}

const bind = {
  name: 'BIND',
  command: 'named',
  heard: `received notify for zone '${zone}'`,
  configure:
    ({ told, primary }: Ports) =>
    (folder: string, port: number) => {
      const file = writeConfig(folder, 'named.conf', [
        `key ${key.name} { algorithm hmac-sha256; secret "${key.secret}"; };`,
        'options {',
        `  directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on port ${told} { 127.0.0.1; };`,
        '  listen-on-v6 { none; }; pid-file none; session-keyfile none; lock-file none;',
        '  recursion no; dnssec-validation no; empty-zones-enable no; notify no; allow-transfer { any; };',
        '};',
        'controls { };',
        `zone "${zone}" { type secondary; primaries { 127.0.0.1 port ${primary} key ${key.name}; }; file "copy"; };`,
      ]);
      return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
    },
};

const knot = {
  name: 'Knot',
  command: 'knotd',
  heard: 'notify, incoming',
  configure:
    ({ told, primary }: Ports) =>
    (folder: string, port: number) => {
      const file = writeConfig(folder, 'knot.conf', [
        'server:',
        `  rundir: "${folder}"`,
        `  listen: ["127.0.0.1@${port}", "127.0.0.1@${told}"]`,
        'key:',
        `  - id: ${key.name}`,
        '    algorithm: hmac-sha256',
        `    secret: ${key.secret}`,
        'log:',
        '  - target: stderr',
        '    any: info',
        'database:',
        `  storage: "${folder}"`,
        'remote:',
        '  - id: primary',
        `    address: "127.0.0.1@${primary}"`,
        `    key: ${key.name}`,
        'acl:',
        '  - id: notify',
        `    key: ${key.name}`,
        '    action: notify',
        '  - id: transfer',
        '    address: 127.0.0.1',
        '    action: transfer',
        'template:',
        '  - id: default',
        `    storage: "${folder}"`,
        '    master: primary',
        '    acl: [notify, transfer]',
        'zone:',
        `  - domain: "${zone}"`,
      ]);
      return ['-c', file];
    },
};

describe.each([bind, knot])('to $name', (program) => {
  let folder: string;
  let primary: Judge | undefined;
  let secondary: Judge | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ringzone-notify-'));
    writeFileSync(join(folder, 'zone'), textOf(1));
    const told = await findFreePort();
    const configure = (own: string, port: number) => {
      const file = writeConfig(own, 'ringzone.yaml', [
        `listen: ["127.0.0.1:${port}"]`,
        'workers: 1',
        'keys:',
        `  ${key.name}: { algorithm: hmac-sha256, secret: "${key.secret}" }`,
        `allow-transfer: ["key ${key.name}"]`,
        'zones:',
        `  ${zone}:`,
        `    file: ${join(folder, 'zone')}`,
        '    watch: true',
        '    notify: explicit',
        `    also-notify: [{ address: 127.0.0.1, port: ${told}, key: ${key.name} }]`,
      ]);
      return [resolve(import.meta.dirname, '../../../bin/ringzone.js'), 'serve', '-c', file];
    };
    const judged = [{ name: zone, file: '' }];
    primary = await startJudge({ name: 'Ringzone', command: process.execPath, configure }, judged);
    if (primary === undefined) return;
    const { name, command } = program;
    const ports = { told, primary: primary.port };
    secondary = await startJudge({ name, command, configure: program.configure(ports) }, judged);
  });

  afterAll(async () => {
    await secondary?.stop();
    await primary?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('a change is there long before the refresh time', async ({ skip }) => {
    if (primary === undefined || secondary === undefined) return skip();
    const { port } = secondary;
    expect((await transfer(port, zone)).join('\n')).toContain('192.0.2.1');
    // Not within the pause between two rounds of notices.
    await new Promise((resolve) => setTimeout(resolve, 100));
    writeFileSync(join(folder, 'zone'), textOf(2));
    await expect.poll(async () => (await transfer(port, zone)).join('\n'), { interval: 200 }).toContain('192.0.2.2');
    await expect.poll(() => primary?.log()).toContain(`zone ${zone}/IN: sending notifies (serial 2)`);
    expect(primary.log()).not.toMatch(/notify to .* failed: (?!connection refused)/);
    expect(secondary.log()).toContain(program.heard);
    return undefined;
  });
});
