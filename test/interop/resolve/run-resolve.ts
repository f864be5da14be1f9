/** `ringzone resolve` as a test runs it: in this process, its output gathered. */
import { PassThrough } from 'node:stream';
import { type ResolveOptions, runResolve } from '../../../src/cli/resolve.ts';

export interface ResolveRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the tests look at of the JSON. */
export interface ResolveJson {
  readonly questions: number;
  readonly error: string | null;
  readonly profiles: readonly {
    readonly profile: string;
    readonly steps: readonly Record<string, unknown>[];
    readonly order: readonly {
      readonly host: string;
      readonly transport: string;
      readonly addresses: readonly string[];
    }[];
    readonly notes: readonly string[];
    readonly shares: readonly {
      readonly server: string;
      readonly firstShare: number;
      readonly errorPoints: number | null;
    }[];
    readonly lostShare: number;
    readonly worstErrorPoints: number | null;
  }[];
}

export async function runResolveHere(target: string, port: number, options: ResolveOptions = {}): Promise<ResolveRun> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = [stdout, stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString();
  });
  const exitCode = await runResolve(target, { server: `127.0.0.1:${port}`, ...options }, { stdout, stderr });
  return { exitCode, stdout: texts[0]?.() ?? '', stderr: texts[1]?.() ?? '' };
}

export async function resolveJson(target: string, port: number, options: ResolveOptions = {}): Promise<ResolveJson> {
  const { stdout } = await runResolveHere(target, port, { ...options, json: true });
  return JSON.parse(stdout) as ResolveJson;
}
