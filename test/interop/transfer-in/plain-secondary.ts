import { resolve } from 'node:path';
import { type Judge, type JudgeOptions, startJudge, writeConfig } from '../lib/judge.ts';

/** Ringzone as a secondary without keys; ready when the zone is there. `lines` go to the top of the configuration. */
export function startRingzoneSecondary(
  zone: string,
  primaryPort: number,
  dataDir: string,
  options: JudgeOptions & { readonly lines?: readonly string[] } = {},
): Promise<Judge | undefined> {
  const { lines = [], ...judgeOptions } = options;
  const configure = (folder: string, port: number) => {
    const file = writeConfig(folder, 'ringzone.yaml', [
      `listen: ["127.0.0.1:${port}"]`,
      'workers: 1',
      'http: false',
      `data-dir: ${dataDir}`,
      'notify: no',
      'allow-transfer: [any]',
      ...lines,
      `zones: { ${zone}: { type: secondary, primaries: ["127.0.0.1:${primaryPort}"] } }`,
    ]);
    return [resolve(import.meta.dirname, '../../../bin/ringzone.js'), 'serve', '-c', file];
  };
  const program = { name: 'Ringzone', command: process.execPath, configure };
  return startJudge(program, [{ name: zone, file: '' }], judgeOptions);
}
