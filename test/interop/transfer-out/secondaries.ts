/** Real servers as secondaries of a primary on 127.0.0.1: they transfer by themselves when they start. */
import { type Judge, type JudgeOptions, startJudge, writeConfig } from '../lib/judge.ts';
import { knotServer } from '../lib/knot.ts';
import { nsdServer } from '../lib/nsd.ts';

export interface SecondaryOf {
  readonly zones: readonly string[];
  readonly primaryPort: number;
  readonly key?: { readonly name: string; readonly algorithm: string; readonly secret: string };
  /** Listened on besides its own: the port that the primary has been told of. */
  readonly notifyPort?: number;
}

export interface SecondaryProgram {
  readonly name: string;
  start(of: SecondaryOf, options?: JudgeOptions): Promise<Judge | undefined>;
}

const quoted = (name: string) => name.replace(/(?<=.)\.$/, '');
const judgeZones = ({ zones }: SecondaryOf) => zones.map((name) => ({ name, file: '' }));

export const bindSecondary: SecondaryProgram = {
  name: 'BIND',
  start: (of, options) => {
    const configure = (folder: string, port: number) => {
      const { key, zones, primaryPort, notifyPort } = of;
      const suffix = key === undefined ? '' : ` key ${key.name}`;
      const file = writeConfig(folder, 'named.conf', [
        'options {',
        `  directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
        ...(notifyPort === undefined ? [] : [`  listen-on port ${notifyPort} { 127.0.0.1; };`]),
        '  pid-file none; session-keyfile none; lock-file none;',
        '  recursion no; dnssec-validation no; empty-zones-enable no; notify no;',
        '  allow-transfer { any; }; min-refresh-time 1; min-retry-time 1; masterfile-format text; check-names secondary ignore;',
        '};',
        'controls { };',
        ...(key === undefined ? [] : [`key ${key.name} { algorithm ${key.algorithm}; secret "${key.secret}"; };`]),
        ...zones.map(
          (name) =>
            `zone "${name}" { type secondary; primaries { 127.0.0.1 port ${primaryPort}${suffix}; }; file "${encodeURIComponent(name)}.copy"; };`,
        ),
      ]);
      return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
    };
    return startJudge({ name: 'BIND', command: 'named', configure }, judgeZones(of), options);
  },
};

export const nsdSecondary: SecondaryProgram = {
  name: 'NSD',
  start: (of, options) => {
    const configure = (folder: string, port: number) => {
      const { key, zones, primaryPort, notifyPort } = of;
      const file = writeConfig(folder, 'nsd.conf', [
        ...nsdServer(folder, port),
        ...(notifyPort === undefined ? [] : [`  ip-address: 127.0.0.1@${notifyPort}`]),
        '  verbosity: 1',
        'remote-control:',
        '  control-enable: no',
        ...(key === undefined
          ? []
          : ['key:', `  name: "${key.name}"`, `  algorithm: ${key.algorithm}`, `  secret: "${key.secret}"`]),
        ...zones.flatMap((name) => [
          'zone:',
          `  name: "${quoted(name)}"`,
          `  zonefile: "${folder}/${encodeURIComponent(name)}.copy"`,
          `  request-xfr: 127.0.0.1@${primaryPort} ${key?.name ?? 'NOKEY'}`,
          `  allow-notify: 127.0.0.1 ${key?.name ?? 'NOKEY'}`,
          '  provide-xfr: 127.0.0.1 NOKEY',
          '  store-ixfr: yes',
        ]),
      ]);
      return ['-d', '-c', file];
    };
    return startJudge({ name: 'NSD', command: 'nsd', configure }, judgeZones(of), options);
  },
};

export const knotSecondary: SecondaryProgram = {
  name: 'Knot',
  start: (of, options) => {
    const configure = (folder: string, port: number) => {
      const { key, zones, primaryPort, notifyPort } = of;
      const file = writeConfig(folder, 'knot.conf', [
        ...knotServer(folder, port),
        ...(notifyPort === undefined ? [] : [`  listen: "127.0.0.1@${notifyPort}"`]),
        'log:',
        '  - target: stderr',
        '    any: info',
        'database:',
        `  storage: "${folder}"`,
        ...(key === undefined
          ? []
          : ['key:', `  - id: ${key.name}`, `    algorithm: ${key.algorithm}`, `    secret: "${key.secret}"`]),
        'remote:',
        '  - id: primary',
        `    address: "127.0.0.1@${primaryPort}"`,
        ...(key === undefined ? [] : [`    key: ${key.name}`]),
        'acl:',
        '  - id: transfer',
        '    address: 127.0.0.1',
        '    action: transfer',
        '  - id: notify',
        '    address: 127.0.0.1',
        ...(key === undefined ? [] : [`    key: ${key.name}`]),
        '    action: notify',
        'template:',
        '  - id: default',
        `    storage: "${folder}"`,
        '    semantic-checks: off',
        '    master: primary',
        '    acl: [notify, transfer]',
        'zone:',
        ...zones.map((name) => `  - domain: "${quoted(name)}"`),
      ]);
      return ['-c', file];
    };
    return startJudge({ name: 'Knot', command: 'knotd', configure }, judgeZones(of), options);
  },
};
