import { writeConfig } from '../../test/interop/lib/judge.ts';
import type { ServerProgram, ServerSettings } from './server-program.ts';

/**
 * BIND's named: one thread, authoritative only, its defaults else (no rate limit). Not `-g`: with it all logging goes to
 * stderr, whatever the channels say.
 */
export const bind: ServerProgram = {
  name: 'BIND',
  command: 'named',
  settings: '-n 1 -U 1, recursion no, notify no, no control channel',
  versionArguments: ['-v'],
  versionPattern: /BIND (\d\S*)/,
  configure(folder, port, settings) {
    const file = writeConfig(folder, 'named.conf', [
      'options {',
      `  directory "${folder}";`,
      ...listenOn(port, settings),
      '  pid-file none; session-keyfile none; lock-file none;',
      '  recursion no; notify no; allow-transfer { 127.0.0.1; }; empty-zones-enable no; dnssec-validation no;',
      `  querylog ${settings.queryLog === undefined ? 'no' : 'yes'};`,
      '};',
      'controls { };',
      'logging {',
      '  category default { default_stderr; };',
      ...logQueries(settings),
      '};',
      ...settings.zones.map(
        ({ name, file }) => `zone "${name}" { type primary; file "${file}";${updates(settings)} };`,
      ),
    ]);
    return ['-f', '-n', '1', '-U', '1', '-c', file];
  },
};

function listenOn(port: number, { onAllAddresses }: ServerSettings): readonly string[] {
  if (onAllAddresses !== true) return [`  listen-on port ${port} { 127.0.0.1; };`, '  listen-on-v6 { none; };'];
  return [`  listen-on port ${port} { any; };`, `  listen-on-v6 port ${port} { any; };`];
}

function updates({ allowUpdate }: ServerSettings): string {
  return allowUpdate === true ? ' allow-update { 127.0.0.1; };' : '';
}

function logQueries({ queryLog }: ServerSettings): readonly string[] {
  if (queryLog === undefined) return [];
  return [
    `  channel queries_file { file "${queryLog}"; severity info; print-time yes; print-severity yes; print-category yes; };`,
    '  category queries { queries_file; };',
  ];
}
