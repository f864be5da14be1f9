/** `ringzone compare` over servers that a test has started. */
import { PassThrough } from 'node:stream';
import { runCompare } from '../../../src/cli/compare.ts';
import type { JudgeZone } from '../lib/judge.ts';

export interface CompareRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CompareExtras {
  readonly json?: boolean;
  readonly limit?: string;
  readonly rd?: boolean;
}

/** Compare what the two ports answer. */
export async function compare(
  bindPort: number,
  withPort: number,
  zones: readonly JudgeZone[],
  extras: CompareExtras = {},
): Promise<CompareRun> {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  const texts = [collect(output.stdout), collect(output.stderr)] as const;
  const code = await runCompare(
    {
      bind: `127.0.0.1:${bindPort}`,
      with: `127.0.0.1:${withPort}`,
      zone: zones.map(({ name, file }) => `${name}=${file}`),
      files: [],
      ...extras,
    },
    output,
  );
  return { code, stdout: texts[0](), stderr: texts[1]() };
}

function collect(stream: PassThrough): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk));
  return () => text;
}
