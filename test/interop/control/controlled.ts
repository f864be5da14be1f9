/** BIND with rndc and Ringzone with ctl, with the same zones, side by side. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findFreePort } from '../lib/free-port.ts';
import { findCommand, type Judge, startJudge, writeConfig } from '../lib/judge.ts';
import { runProgram, type Said } from '../lib/run-program.ts';

const bin = resolve(import.meta.dirname, '../../../bin/ringzone.js');
const secret = randomBytes(32).toString('base64');
export const zoneText =
  '$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.80\n';
const names = ['st.test', 'dyn.test', 'bad.test'];

export interface Controlled extends Judge {
  /** Its folder. */
  readonly folder: string;
  /** Run the command line of its controller. */
  say(line: string): Promise<Said>;
}

function writeZones(folder: string): void {
  for (const name of names) writeFileSync(join(folder, name), name === 'bad.test' ? 'garbage\n' : zoneText);
}

/** `allowNewZones`: with or without addzone. */
export async function startBind(allowNewZones: boolean): Promise<Controlled | undefined> {
  if (findCommand('rndc') === undefined) return undefined;
  const controlPort = await findFreePort();
  let folder = '';
  const judge = await startJudge(
    {
      name: 'BIND',
      command: 'named',
      configure: (at, port) => {
        folder = at;
        writeZones(at);
        const key = `key rndc-key { algorithm hmac-sha256; secret "${secret}"; };`;
        writeConfig(at, 'rndc.key', [key]);
        const file = writeConfig(at, 'named.conf', [
          key,
          `controls { inet 127.0.0.1 port ${controlPort} allow { 127.0.0.1; } keys { rndc-key; }; };`,
          'options {',
          `  directory "${at}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
          '  pid-file none; session-keyfile none; lock-file none;',
          `  recursion no; dnssec-validation no; empty-zones-enable no; notify no; allow-new-zones ${allowNewZones ? 'yes' : 'no'};`,
          '};',
          'logging { channel all { stderr; severity info; print-severity yes; print-category yes; };',
          '  category default { all; }; };',
          'zone "st.test" { type primary; file "st.test"; };',
          'zone "bad.test" { type primary; file "bad.test"; };',
          'zone "dyn.test" { type primary; file "dyn.test"; allow-update { key rndc-key; }; };',
          'zone "sec.test" { type secondary; file "sec.test"; primaries { 127.0.0.1 port 9; }; };',
        ]);
        return ['-f', '-4', '-n', '1', '-U', '1', '-c', file];
      },
    },
    [{ name: 'st.test', file: 'st.test' }],
  );
  if (judge === undefined) return undefined;
  const args = ['-s', '127.0.0.1', '-p', String(controlPort), '-k', join(folder, 'rndc.key')];
  return { ...judge, folder, say: (line) => runProgram('rndc', [...args, ...line.split(' ')]) };
}

export async function startRingzone(allowNewZones: boolean): Promise<Controlled | undefined> {
  let folder = '';
  const judge = await startJudge(
    {
      name: 'Ringzone',
      command: process.execPath,
      configure: (at, port) => {
        folder = at;
        writeZones(at);
        const file = writeConfig(at, 'ringzone.yaml', [
          `listen: ["127.0.0.1:${port}"]`,
          'workers: 1',
          'data-dir: data',
          'control: control.sock',
          'notify: no',
          'http: false',
          `allow-new-zones: ${allowNewZones}`,
          `keys: { rndc-key: { algorithm: hmac-sha256, secret: "${secret}" } }`,
          'zones:',
          '  st.test: { file: st.test }',
          '  bad.test: { file: bad.test }',
          '  dyn.test: { file: dyn.test, allow-update: ["key rndc-key"] }',
          '  sec.test: { type: secondary, primaries: ["127.0.0.1:9"] }',
          'logging:',
          '  channels: { all: { stderr: true, severity: info, print-category: true, print-severity: true } }',
          '  categories: { default: [all] }',
        ]);
        return [bin, 'serve', '-c', file];
      },
    },
    [{ name: 'st.test', file: 'st.test' }],
  );
  if (judge === undefined) return undefined;
  const control = ['--control', join(folder, 'control.sock')];
  return {
    ...judge,
    folder,
    say: (line) => runProgram(process.execPath, [bin, 'ctl', ...control, ...line.split(' ')]),
  };
}
