import { type Judge, type JudgeOptions, type JudgeZone, startJudge, writeConfig } from './judge.ts';

/** NSD, one server process, no rate limit. */
export function startNsd(zones: readonly JudgeZone[], options?: JudgeOptions): Promise<Judge | undefined> {
  return startJudge({ name: 'NSD', command: 'nsd', configure }, zones, options);
}

function configure(folder: string, port: number, zones: readonly JudgeZone[], extra: string): string[] {
  const file = writeConfig(folder, 'nsd.conf', [
    ...nsdServer(folder, port),
    '  rrl-ratelimit: 0',
    '  refuse-any: yes',
    '  round-robin: no',
    '  hide-version: no',
    '  version: "ringzone-test"',
    '  identity: "test-id"',
    '  verbosity: 0',
    extra,
    'remote-control:',
    '  control-enable: no',
    ...zones.flatMap(({ name, file }) => [
      'zone:',
      `  name: "${name}"`,
      `  zonefile: "${file}"`,
      '  provide-xfr: 127.0.0.1 NOKEY',
    ]),
  ]);
  return ['-d', '-c', file];
}

/**
 * The beginning of a configuration: its section `server:` for one process in the folder, to which more lines may be added. `addresses`:
 * where it listens, IPv6 too where one of them is.
 */
export function nsdServer(
  folder: string,
  port: number,
  addresses: readonly string[] = ['127.0.0.1'],
): readonly string[] {
  return [
    'server:',
    ...addresses.map((address) => `  ip-address: ${address}@${port}`),
    '  server-count: 1',
    `  do-ip6: ${addresses.some((address) => address.includes(':')) ? 'yes' : 'no'}`,
    '  username: ""',
    '  chroot: ""',
    `  zonesdir: "${folder}"`,
    `  zonelistfile: "${folder}/zone.list"`,
    `  xfrdfile: "${folder}/xfrd.state"`,
    `  xfrdir: "${folder}"`,
    '  database: ""',
    '  pidfile: ""',
  ];
}
