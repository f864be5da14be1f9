/** Real servers as primaries of a secondary on 127.0.0.1: they tell it of each change, and sign what they send. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand, type Judge, startJudge, writeConfig } from '../lib/judge.ts';
import { knotServer } from '../lib/knot.ts';
import { nsdServer } from '../lib/nsd.ts';
import { sendUpdates, type Update } from '../update/nsupdate.ts';

export const key = { name: 'xfr-key', secret: 'c2VjcmV0IG9mIHRoZSB0cmFuc2ZlcnMgdGhlbXNlbHZlcw==' };

export interface Primary extends Judge {
  /** Change the zone, a serial for each of these. */
  change(updates: readonly Update[]): Promise<void>;
}

export interface PrimaryOptions {
  readonly zone: string;
  readonly text: string;
  /** Who is told. */
  readonly secondaryPort: number;
}

export interface PrimaryProgram {
  readonly name: string;
  start(options: PrimaryOptions): Promise<Primary | undefined>;
}

export const bindPrimary: PrimaryProgram = {
  name: 'BIND',
  start: async ({ zone, text, secondaryPort }) => {
    const configure = (folder: string, port: number) => {
      writeFileSync(join(folder, 'zone'), text);
      const file = writeConfig(folder, 'named.conf', [
        `key ${key.name} { algorithm hmac-sha256; secret "${key.secret}"; };`,
        'options {',
        `  directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
        '  pid-file none; session-keyfile none; lock-file none;',
        '  recursion no; dnssec-validation no; empty-zones-enable no; check-integrity no;',
        `  allow-transfer { any; }; allow-update { 127.0.0.1; }; max-ixfr-ratio unlimited;`,
        `  notify explicit; also-notify { 127.0.0.1 port ${secondaryPort} key ${key.name}; }; notify-delay 0;`,
        '};',
        'controls { };',
        `zone "${zone}" { type primary; file "zone"; };`,
      ]);
      return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
    };
    const judge = await startJudge({ name: 'BIND', command: 'named', configure }, [{ name: zone, file: '' }]);
    return judge === undefined ? undefined : dynamic(judge, zone);
  },
};

export const knotPrimary: PrimaryProgram = {
  name: 'Knot',
  start: async ({ zone, text, secondaryPort }) => {
    const configure = (folder: string, port: number) => {
      writeFileSync(join(folder, 'zone'), text);
      const file = writeConfig(folder, 'knot.conf', [
        ...knotServer(folder, port),
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
        '  - id: secondary',
        `    address: "127.0.0.1@${secondaryPort}"`,
        `    key: ${key.name}`,
        'acl:',
        '  - id: signed',
        `    key: ${key.name}`,
        '    action: transfer',
        '  - id: local',
        '    address: 127.0.0.1',
        '    action: [transfer, update]',
        'template:',
        '  - id: default',
        `    storage: "${folder}"`,
        '    semantic-checks: off',
        '    zonefile-sync: -1',
        '    acl: [signed, local]',
        '    notify: secondary',
        'zone:',
        `  - domain: "${zone}"`,
        '    file: zone',
      ]);
      return ['-c', file];
    };
    const judge = await startJudge({ name: 'Knot', command: 'knotd', configure }, [{ name: zone, file: '' }]);
    return judge === undefined ? undefined : dynamic(judge, zone);
  },
};

/** It knows no updates: each change is a new master file, of which it makes the difference itself. */
export const nsdPrimary: PrimaryProgram = {
  name: 'NSD',
  start: async ({ zone, text, secondaryPort }) => {
    let config = '';
    let master = '';
    const configure = (folder: string, port: number) => {
      master = join(folder, 'zone');
      writeFileSync(master, text);
      config = writeConfig(folder, 'nsd.conf', [
        ...nsdServer(folder, port),
        '  rrl-ratelimit: 0',
        '  verbosity: 2',
        'remote-control:',
        '  control-enable: yes',
        `  control-interface: "${folder}/control"`,
        'key:',
        `  name: "${key.name}"`,
        '  algorithm: hmac-sha256',
        `  secret: "${key.secret}"`,
        'zone:',
        `  name: "${zone}"`,
        '  zonefile: "zone"',
        '  store-ixfr: yes',
        '  create-ixfr: yes',
        `  provide-xfr: 127.0.0.1 ${key.name}`,
        '  provide-xfr: 127.0.0.1 NOKEY',
        `  notify: 127.0.0.1@${secondaryPort} ${key.name}`,
      ]);
      return ['-d', '-c', config];
    };
    const judge = await startJudge({ name: 'NSD', command: 'nsd', configure }, [{ name: zone, file: '' }]);
    if (judge === undefined) return undefined;
    let serial = 1;
    let added = '';
    const change = async (updates: readonly Update[]): Promise<void> => {
      for (const [index] of updates.entries()) {
        serial++;
        // Something comes, something goes, something stays.
        added = `n${serial} A 192.0.2.${index % 250}\nn${serial - 1} TXT "${serial}"\n`;
        writeFileSync(master, text.replace(/ 1 7200 /, ` ${serial} 7200 `) + added);
        const { status, stderr } = spawnSync(findCommand('nsd-control') as string, ['-c', config, 'reload', zone], {
          encoding: 'utf8',
        });
        if (status !== 0) throw new Error(`nsd-control: ${stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    return { ...judge, change };
  },
};

function dynamic(judge: Judge, zone: string): Primary {
  const change = async (updates: readonly Update[]): Promise<void> => {
    const rcodes = await sendUpdates(judge.port, zone, updates, undefined);
    if (rcodes.length !== updates.length) throw new Error(`${judge.name} answered ${rcodes.length} updates`);
  };
  return { ...judge, change };
}
