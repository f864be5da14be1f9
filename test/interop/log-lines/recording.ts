/** What BIND has logged, kept as text: `# step`, then its lines. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Played } from './play.ts';

export const recordedVersion = '9.18.49';
const file = join(import.meta.dirname, `bind-${recordedVersion}.log`);

export function readRecording(): Played {
  const played = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('# ')) {
      lines = [];
      played.set(line.slice(2), lines);
    } else if (line !== '') lines.push(line);
  }
  return played;
}

export function writeRecording(played: Played): void {
  const steps = [...played].map(([name, lines]) => `# ${name}\n${lines.map((line) => `${line}\n`).join('')}`);
  writeFileSync(file, steps.join('\n'));
}
