import { writeConfig } from '../../test/interop/lib/judge.ts';
import type { ServerProgram } from './server-program.ts';

/** NSD: one server process, no rate limit, no statistics. */
export const nsd: ServerProgram = {
  name: 'NSD',
  command: 'nsd',
  settings: 'server-count 1, rrl-ratelimit 0, no database file, no control channel',
  versionArguments: ['-v'],
  versionPattern: /NSD version (\S+?)\.?$/m,
  configure(folder, port, { zones }) {
    const file = writeConfig(folder, 'nsd.conf', [
      'server:',
      `  ip-address: 127.0.0.1@${port}`,
      '  server-count: 1',
      '  do-ip6: no',
      '  username: ""',
      '  chroot: ""',
      `  zonesdir: "${folder}"`,
      `  zonelistfile: "${folder}/zone.list"`,
      `  xfrdfile: "${folder}/xfrd.state"`,
      `  xfrdir: "${folder}"`,
      '  database: ""',
      '  pidfile: ""',
      '  rrl-ratelimit: 0',
      '  verbosity: 0',
      'remote-control:',
      '  control-enable: no',
      ...zones.flatMap(({ name, file }) => ['zone:', `  name: "${name}"`, `  zonefile: "${file}"`]),
    ]);
    return ['-d', '-c', file];
  },
};
