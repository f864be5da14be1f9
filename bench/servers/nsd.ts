import { writeConfig } from '../../test/interop/lib/judge.ts';
import { nsdServer } from '../../test/interop/lib/nsd.ts';
import { hasIpv6, type ServerProgram } from './server-program.ts';

const allAddresses = hasIpv6 ? ['0.0.0.0', '::0'] : ['0.0.0.0'];

/** NSD: one server process, no rate limit, no statistics. */
export const nsd: ServerProgram = {
  name: 'NSD',
  command: 'nsd',
  settings: 'server-count 1, rrl-ratelimit 0, no database file, no control channel',
  versionArguments: ['-v'],
  versionPattern: /NSD version (\S+?)\.?$/m,
  configure(folder, port, { zones, onAllAddresses = false, allowTransfer = false }) {
    const file = writeConfig(folder, 'nsd.conf', [
      ...nsdServer(folder, port, onAllAddresses ? allAddresses : undefined),
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
