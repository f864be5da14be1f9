/** Servers as secondaries: they transfer their zones from a primary on 127.0.0.1 when they start, and keep a copy on disk. */
import { writeConfig } from '../../test/interop/lib/judge.ts';
import { knotServer } from '../../test/interop/lib/knot.ts';
import { nsdServer } from '../../test/interop/lib/nsd.ts';
import { bind } from './bind.ts';
import { knot } from './knot.ts';
import { nsd } from './nsd.ts';
import { ringzone } from './ringzone.ts';
import type { ServerProgram } from './server-program.ts';

/** The same programs, with zones from the primary at this port. */
export function secondariesOf(primaryPort: number): readonly ServerProgram[] {
  return [
    {
      ...ringzone,
      settings: 'workers 1, a copy in data-dir',
      configure: (folder, port, { zones }) => {
        const binary = ringzone.versionArguments[0] as string;
        const primaries = `[{ address: 127.0.0.1, port: ${primaryPort} }]`;
        const file = writeConfig(folder, 'ringzone.yaml', [
          `listen: ["127.0.0.1:${port}"]`,
          'workers: 1',
          'notify: no',
          `data-dir: ${folder}/data`,
          'zones:',
          ...zones.map(({ name }) => `  ${JSON.stringify(name)}: { type: secondary, primaries: ${primaries} }`),
        ]);
        return [binary, 'serve', '-c', file];
      },
    },
    {
      ...knot,
      settings: 'one worker of each kind, semantic-checks off, the zone in the journal',
      configure: (folder, port, { zones }) => {
        const file = writeConfig(folder, 'knot.conf', [
          ...knotServer(folder, port),
          'database:',
          `  storage: "${folder}"`,
          'remote:',
          '  - id: primary',
          `    address: "127.0.0.1@${primaryPort}"`,
          'template:',
          '  - id: default',
          `    storage: "${folder}"`,
          '    semantic-checks: off',
          '    zonefile-sync: -1',
          '    zonefile-load: none',
          '    journal-content: all',
          '    master: primary',
          'zone:',
          ...zones.map(({ name }) => `  - domain: "${name}"`),
        ]);
        return ['-c', file];
      },
    },
    {
      ...nsd,
      settings: 'server-count 1, the zone file written later',
      configure: (folder, port, { zones }) => {
        const file = writeConfig(folder, 'nsd.conf', [
          ...nsdServer(folder, port),
          '  rrl-ratelimit: 0',
          'remote-control:',
          '  control-enable: no',
          ...zones.flatMap(({ name }, index) => [
            'zone:',
            `  name: "${name}"`,
            `  zonefile: "zone${index}"`,
            `  request-xfr: AXFR 127.0.0.1@${primaryPort} NOKEY`,
          ]),
        ]);
        return ['-d', '-c', file];
      },
    },
    {
      ...bind,
      settings: 'one thread, the copy in raw form',
      configure: (folder, port, { zones }) => {
        const file = writeConfig(folder, 'named.conf', [
          `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
          '  pid-file none; session-keyfile none; lock-file none;',
          '  recursion no; dnssec-validation no; empty-zones-enable no; notify no; };',
          'controls { };',
          ...zones.map(
            ({ name }, index) =>
              `zone "${name}" { type secondary; primaries { 127.0.0.1 port ${primaryPort}; }; file "copy${index}"; };`,
          ),
        ]);
        return ['-f', '-4', '-n', '1', '-U', '1', '-c', file];
      },
    },
  ];
}
