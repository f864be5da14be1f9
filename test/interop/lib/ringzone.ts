import { resolve } from 'node:path';
import { type Judge, type JudgeOptions, type JudgeZone, startJudge, writeConfig } from './judge.ts';

/** The server under test, as its user starts it; from dist where that is built. */
export function startRingzone(zones: readonly JudgeZone[], options?: JudgeOptions): Promise<Judge | undefined> {
  return startJudge({ name: 'Ringzone', command: process.execPath, configure }, zones, options);
}

function configure(folder: string, port: number, zones: readonly JudgeZone[], extra: string): string[] {
  const file = writeConfig(folder, 'ringzone.yaml', [
    `listen: ["127.0.0.1:${port}"]`,
    'workers: 1',
    extra,
    'zones:',
    ...zones.flatMap(({ name, file }) => [`  ${JSON.stringify(name)}:`, '    type: primary', `    file: ${file}`]),
  ]);
  return [resolve(import.meta.dirname, '../../../bin/ringzone.js'), 'serve', '-c', file];
}
