/** `ringzone resolve`: where calls go, as phones see it. */
import { writeFileSync } from 'node:fs';
import { Progress } from '../control/compare/report/progress.ts';
import { formatListenAddress } from '../plane/sockets/socket-address.ts';
import { type Output, write } from './output.ts';
import { Dns2Client } from './resolve/dns2-client.ts';
import { unmetServers } from './resolve/down-servers.ts';
import { plotShares } from './resolve/report/plot-svg.ts';
import { reportJson } from './resolve/report/report-json.ts';
import { formatReport } from './resolve/report/report-text.ts';
import { unmetExpectations } from './resolve/report/shares.ts';
import { styleFor } from './resolve/report/style.ts';
import { parseResolveRequest, type ResolveOptions, type ResolveRequest } from './resolve/resolve-request.ts';
import { type RunResult, runCalls } from './resolve/run-calls.ts';
import { UsageProblem } from './zone-arguments.ts';

export type { ResolveOptions } from './resolve/resolve-request.ts';

const Exit = { found: 0, nothingReachable: 1 } as const;

/** Resolves to the exit code: 0 where a call reaches a server, 1 where none does. Throws UsageProblem. */
export async function runResolve(target: string, options: ResolveOptions, output: Output): Promise<number> {
  const request = parseResolveRequest(target, options);
  // Before the calls are played, which may take a while.
  if (options.plot !== undefined) writePlot(options.plot, '');
  const run = await play(request, options.json === true ? undefined : output.stderr);
  if (options.json) await write(output.stdout, `${JSON.stringify(reportJson(request, run), undefined, 2)}\n`);
  else if (run.unreachable !== undefined) {
    await write(output.stderr, `${describeUnreachable(request, run.unreachable, options.server === undefined)}\n`);
  } else await tell(request, run, output);
  if (options.plot !== undefined) writePlot(options.plot, plotShares(request, run));
  return run.results.some(({ tally }) => tally.lost < tally.calls) ? Exit.found : Exit.nothingReachable;
}

async function play(request: ResolveRequest, terminal: Output['stderr'] | undefined): Promise<RunResult> {
  const progress = new Progress(terminal, 'calls');
  progress.startZone(request.text, request.calls);
  const client = new Dns2Client(request.server);
  try {
    return await runCalls(request, client, () => progress.step());
  } finally {
    client.close();
    progress.clear();
  }
}

async function tell(request: ResolveRequest, run: RunResult, { stdout, stderr }: Output): Promise<void> {
  const candidates = run.results.flatMap(({ location }) => location.candidates);
  for (const { text } of unmetServers(request.down, candidates)) {
    await write(stderr, `warning: --down ${text}: no such server was found, so nothing is down\n`);
  }
  for (const { host } of request.calls > 1 ? unmetExpectations(run.results, request.expected) : []) {
    await write(stderr, `warning: --expect ${host}: no such server was found, so the others' shares are wrong\n`);
  }
  await write(stdout, formatReport(request, run, styleFor(stdout)));
}

function describeUnreachable({ server }: ResolveRequest, reason: string, isSystems: boolean): string {
  const hint = isSystems
    ? 'it is the first nameserver of /etc/resolv.conf; name another: --server ADDR:PORT'
    : 'is it running, and is this its address and port?';
  return `error: the DNS server ${formatListenAddress(server)} can not be asked: ${reason}\nhint: ${hint}`;
}

function writePlot(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageProblem(`error: --plot: ${(error as Error).message}\nhint: name a file that can be written`);
  }
}
