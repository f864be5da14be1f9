import { type Judge, type JudgeOptions, type JudgeZone, startJudge, writeConfig } from './judge.ts';

/** BIND's named as an authoritative server, with its defaults wherever they touch answers. */
export function startBind(zones: readonly JudgeZone[], options?: JudgeOptions): Promise<Judge | undefined> {
  return startJudge({ name: 'BIND', command: 'named', configure }, zones, options);
}

function configure(folder: string, port: number, zones: readonly JudgeZone[], extra: string): string[] {
  const file = writeConfig(folder, 'named.conf', [
    'options {',
    `  directory "${folder}";`,
    `  listen-on port ${port} { 127.0.0.1; };`,
    '  listen-on-v6 { none; };',
    '  pid-file none; session-keyfile none; lock-file none;',
    '  recursion no; dnssec-validation no; empty-zones-enable no; notify no;',
    '  minimal-any yes;',
    '  check-names primary ignore; check-integrity no; check-dup-records ignore; check-spf ignore;',
    '  allow-transfer { any; }; transfer-source 127.0.0.1;',
    '  version "ringzone-test"; hostname "test-host"; server-id "test-id";',
    `  ${extra}`,
    '};',
    'controls { };',
    ...zones.map(({ name, file }) => `zone "${name}" { type primary; file "${file}"; };`),
  ]);
  return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
}
