import { resolve } from 'node:path';
import { type Judge, startJudge, writeConfig } from '../lib/judge.ts';
import { key } from './primaries.ts';

export interface SecondaryOptions {
  readonly zone: string;
  readonly primaryPort: number;
  /** Listened on besides the port of its own: the one that the primary has been told. */
  readonly port: number;
  /** Lines of the zone. */
  readonly extra?: readonly string[];
  /** Keeps its copies here, also for the next one. */
  readonly dataDir: string;
}

/** Ringzone as a secondary; ready when the zone is there. */
export function startSecondary(options: SecondaryOptions): Promise<Judge | undefined> {
  const { zone, primaryPort, port, extra = [], dataDir } = options;
  const configure = (folder: string, ownPort: number) => {
    const file = writeConfig(folder, 'ringzone.yaml', [
      `listen: ["127.0.0.1:${ownPort}", "127.0.0.1:${port}"]`,
      'workers: 1',
      `data-dir: ${dataDir}`,
      'notify: no',
      'allow-transfer: [any]',
      'keys:',
      `  ${key.name}: { algorithm: hmac-sha256, secret: "${key.secret}" }`,
      'zones:',
      `  ${zone}:`,
      '    type: secondary',
      `    primaries: [{ address: 127.0.0.1, port: ${primaryPort}, key: ${key.name} }]`,
      ...extra.map((line) => `    ${line}`),
    ]);
    return [resolve(import.meta.dirname, '../../../bin/ringzone.js'), 'serve', '-c', file];
  };
  return startJudge({ name: 'Ringzone', command: process.execPath, configure }, [{ name: zone, file: '' }]);
}
