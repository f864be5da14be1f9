import { writeConfig } from '../../test/interop/lib/judge.ts';
import { hasIpv6, type ServerProgram } from './server-program.ts';

/** NSD: one server process, no rate limit, no statistics. */
export const nsd: ServerProgram = {
  name: 'NSD',
  command: 'nsd',
  settings: 'server-count 1, rrl-ratelimit 0, no database file, no control channel',
  versionArguments: ['-v'],
  versionPattern: /NSD version (\S+?)\.?$/m,
  configure(folder, port, { zones, onAllAddresses = false, allowTransfer = false }) {
    const file = writeConfig(folder, 'nsd.conf', [
      'server:',
      `  ip-address: ${onAllAddresses ? '0.0.0.0' : '127.0.0.1'}@${port}`,
      ...(onAllAddresses && hasIpv6 ? [`  ip-address: ::0@${port}`] : []),
      '  server-count: 1',
      `  do-ip6: ${onAllAddresses ? 'yes' : 'no'}`,
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
      ...zones.flatMap(({ name, file }) => [
        'zone:',
        `  name: "${name}"`,
        `  zonefile: "${file}"`,
        ...(allowTransfer ? ['  provide-xfr: 127.0.0.1 NOKEY'] : []),
      ]),
    ]);
    return ['-d', '-c', file];
  },
};
