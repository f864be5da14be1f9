import { writeConfig } from '../../test/interop/lib/judge.ts';
import { hasIpv6, type ServerProgram } from './server-program.ts';

/** Knot DNS: one worker of each kind, no modules, zone files alone (no journal). */
export const knot: ServerProgram = {
  name: 'Knot',
  command: 'knotd',
  settings: 'udp-workers 1, tcp-workers 1, background-workers 1, semantic-checks off, no journal, no modules',
  versionArguments: ['-V'],
  versionPattern: /version (\S+)/,
  configure(folder, port, { zones, onAllAddresses = false, allowTransfer = false, responsesPerSecond }) {
    const file = writeConfig(folder, 'knot.conf', [
      'server:',
      `  rundir: "${folder}"`,
      ...listAddresses(onAllAddresses).map((address) => `  listen: "${address}@${port}"`),
      '  udp-workers: 1',
      '  tcp-workers: 1',
      '  background-workers: 1',
      'log:',
      '  - target: stderr',
      '    any: warning',
      'database:',
      `  storage: "${folder}"`,
      ...(allowTransfer ? ['acl:', '  - id: transfer', '    address: 127.0.0.1', '    action: transfer'] : []),
      ...(responsesPerSecond === undefined ? [] : listModules(responsesPerSecond)),
      'template:',
      '  - id: default',
      ...(responsesPerSecond === undefined ? [] : ['    global-module: [mod-cookies/default, mod-rrl/default]']),
      `    storage: "${folder}"`,
      '    semantic-checks: off',
      '    zonefile-sync: -1',
      '    zonefile-load: whole',
      '    journal-content: none',
      ...(allowTransfer ? ['    acl: transfer'] : []),
      'zone:',
      ...zones.flatMap(({ name, file }) => [`  - domain: "${name}"`, `    file: "${file}"`]),
    ]);
    return ['-c', file];
  },
};

function listModules(responsesPerSecond: number): readonly string[] {
  const limit = [`    rate-limit: ${responsesPerSecond}`, '    slip: 2', '    whitelist: 127.0.0.1/32'];
  return ['mod-cookies:', '  - id: default', 'mod-rrl:', '  - id: default', ...limit];
}

function listAddresses(all: boolean): readonly string[] {
  if (!all) return ['127.0.0.1'];
  return hasIpv6 ? ['0.0.0.0', '::'] : ['0.0.0.0'];
}
