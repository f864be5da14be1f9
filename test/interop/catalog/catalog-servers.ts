/** BIND and Knot on both sides of a catalog, on 127.0.0.1 and a port that is known before they start. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Judge, startJudge, writeConfig } from '../lib/judge.ts';
import { knotServer } from '../lib/knot.ts';

export const catalog = 'catalog.test';
export const members: readonly string[] = ['m1.test', 'm2.test', 'm3.test'];

export const memberText = '$TTL 60\n@ SOA ns hm 1 3600 600 604800 300\n@ NS ns\nns A 192.0.2.1\n';

export const catalogText = `$TTL 0
@ SOA invalid. invalid. 1 3600 600 2147483646 0
@ NS invalid.
version TXT "2"
one.zones PTR m1.test.
two.zones PTR m2.test.
`;

const zoneOf = (name: string) => ({ name, file: '' });

/** A primary of all, with a catalog that is changed by UPDATE. */
export function startBindProducer(consumerPort: number): Promise<Judge | undefined> {
  const configure = (folder: string, port: number) => {
    writeFileSync(join(folder, 'catalog'), catalogText);
    writeFileSync(join(folder, 'member'), memberText);
    const file = writeConfig(folder, 'named.conf', [
      ...bindHead(folder, port),
      `  notify explicit; also-notify { 127.0.0.1 port ${consumerPort}; }; notify-delay 0;`,
      '};',
      `zone "${catalog}" { type primary; file "catalog"; allow-update { 127.0.0.1; }; };`,
      ...members.map((name) => `zone "${name}" { type primary; file "member"; };`),
    ]);
    return bindArguments(file);
  };
  return startJudge({ name: 'BIND', command: 'named', configure }, [catalog, ...members].map(zoneOf));
}

/** Generates the catalog; its last member is of group `g`. */
export function startKnotProducer(consumerPort: number): Promise<Judge | undefined> {
  const configure = (folder: string, port: number) => {
    writeFileSync(join(folder, 'member'), memberText);
    const file = writeConfig(folder, 'knot.conf', [
      ...knotHead(folder, port, consumerPort),
      'zone:',
      `  - domain: ${catalog}`,
      '    catalog-role: generate',
      ...members.flatMap((name) => [
        `  - domain: ${name}`,
        '    file: member',
        '    catalog-role: member',
        `    catalog-zone: ${catalog}`,
        ...(name === members.at(-1) ? ['    catalog-group: g'] : []),
      ]),
    ]);
    return ['-c', file];
  };
  return startJudge({ name: 'Knot', command: 'knotd', configure }, [catalog, ...members].map(zoneOf));
}

export interface ConsumerProgram {
  readonly name: string;
  start(producerPort: number): Promise<Judge | undefined>;
}

export const bindConsumer: ConsumerProgram = {
  name: 'BIND',
  start: (producerPort) => {
    const configure = (folder: string, port: number) => {
      const file = writeConfig(folder, 'named.conf', [
        ...bindHead(folder, port),
        `  catalog-zones { zone "${catalog}" default-primaries { 127.0.0.1 port ${producerPort}; } in-memory yes min-update-interval 1; };`,
        '  notify no;',
        '};',
        `zone "${catalog}" { type secondary; primaries { 127.0.0.1 port ${producerPort}; }; file "catalog.copy"; };`,
      ]);
      return bindArguments(file);
    };
    return startJudge({ name: 'BIND', command: 'named', configure }, [zoneOf(catalog)]);
  },
};

export const knotConsumer: ConsumerProgram = {
  name: 'Knot',
  start: (producerPort) => {
    const configure = (folder: string, port: number) => {
      const file = writeConfig(folder, 'knot.conf', [
        ...knotHead(folder, port, producerPort),
        '  - id: member',
        `    storage: "${folder}"`,
        '    master: other',
        '    acl: local',
        'zone:',
        `  - domain: ${catalog}`,
        '    master: other',
        '    catalog-role: interpret',
        '    catalog-template: member',
      ]);
      return ['-c', file];
    };
    return startJudge({ name: 'Knot', command: 'knotd', configure }, [zoneOf(catalog)]);
  },
};

function bindHead(folder: string, port: number): readonly string[] {
  return [
    'controls { };',
    'options {',
    `  directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
    '  pid-file none; session-keyfile none; lock-file none;',
    '  recursion no; dnssec-validation no; empty-zones-enable no;',
    '  allow-transfer { any; }; allow-notify { 127.0.0.1; };',
  ];
}

function bindArguments(file: string): string[] {
  return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
}

/** Ends with the templates. */
function knotHead(folder: string, port: number, otherPort: number): readonly string[] {
  return [
    ...knotServer(folder, port),
    'log:',
    '  - target: stderr',
    '    any: info',
    'database:',
    `  storage: "${folder}"`,
    'remote:',
    '  - id: other',
    `    address: "127.0.0.1@${otherPort}"`,
    'acl:',
    '  - id: local',
    '    address: 127.0.0.1',
    '    action: [transfer, notify]',
    'template:',
    '  - id: default',
    `    storage: "${folder}"`,
    '    semantic-checks: off',
    '    zonefile-sync: -1',
    '    notify: other',
    '    acl: local',
  ];
}
