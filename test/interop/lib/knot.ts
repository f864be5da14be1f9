import { type Judge, type JudgeOptions, type JudgeZone, startJudge, writeConfig } from './judge.ts';

/** Knot DNS with one worker of each kind. */
export function startKnot(zones: readonly JudgeZone[], options?: JudgeOptions): Promise<Judge | undefined> {
  return startJudge({ name: 'Knot', command: 'knotd', configure }, zones, options);
}

function configure(folder: string, port: number, zones: readonly JudgeZone[], extra: string): string[] {
  const file = writeConfig(folder, 'knot.conf', [
    ...knotServer(folder, port),
    '  version: "ringzone-test"',
    '  identity: "test-id"',
    '  nsid: "test-id"',
    extra,
    'log:',
    '  - target: stderr',
    '    any: warning',
    'database:',
    `  storage: "${folder}"`,
    'acl:',
    '  - id: transfer',
    '    address: 127.0.0.1',
    '    action: transfer',
    'template:',
    '  - id: default',
    `    storage: "${folder}"`,
    '    semantic-checks: off',
    '    zonefile-sync: -1',
    '    zonefile-load: whole',
    '    journal-content: none',
    '    acl: transfer',
    'zone:',
    ...zones.flatMap(({ name, file }) => [`  - domain: "${name}"`, `    file: "${file}"`]),
  ]);
  return ['-c', file];
}

/** The beginning of a configuration: its section `server:` with one worker of each kind, to which more lines may be added. */
export function knotServer(folder: string, port: number): readonly string[] {
  return [
    'server:',
    `  rundir: "${folder}"`,
    `  listen: "127.0.0.1@${port}"`,
    '  udp-workers: 1',
    '  tcp-workers: 1',
    '  background-workers: 1',
  ];
}
