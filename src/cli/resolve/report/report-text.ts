/** The whole answer to a person. */
import { formatListenAddress } from '../../../plane/sockets/socket-address.ts';
import type { ResolveRequest } from '../resolve-request.ts';
import type { ProfileResult, RunResult } from '../run-calls.ts';
import { formatChain } from './chain-text.ts';
import { formatOrder } from './order-text.ts';
import { formatShares } from './share-text.ts';
import { sharesOf, worstErrorPoints } from './shares.ts';
import type { Style } from './style.ts';

export function formatReport(request: ResolveRequest, run: RunResult, style: Style): string {
  const { results } = run;
  const [only] = results;
  const blocks =
    results.length === 1 && only !== undefined ? [formatAlone(request, only, style)] : formatMany(request, run, style);
  if (request.calls > 1) {
    if (results.length === 1) blocks.push(...results.map((result) => formatProfileShares(request, result, style)));
    blocks.push(formatRun(request, run));
  }
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** One profile: chain and order. */
function formatAlone(request: ResolveRequest, result: ProfileResult, style: Style): string[] {
  const { profile, location } = result;
  return [
    `${style.bold(request.text)} as ${profile.name} (${profile.title}), asking ${formatListenAddress(request.server)}`,
    '',
    ...(location.steps.length === 0 ? [] : [...formatChain(location.steps, style), '']),
    'the order in which it would try',
    ...formatOrder(result, request.down.length > 0, style),
    ...location.notes.map((note) => `note: ${note}`),
  ];
}

/** Several profiles: the order of each, or the shares. */
function formatMany(request: ResolveRequest, { results }: RunResult, style: Style): string[][] {
  const head = [`${style.bold(request.text)}, asking ${formatListenAddress(request.server)}`];
  const blocks = results.map((result) => {
    if (request.calls > 1) return formatProfileShares(request, result, style);
    const { profile, location } = result;
    const notes = location.notes.map((note) => `  note: ${note}`);
    return [
      style.bold(`${profile.name} (${profile.title})`),
      ...formatOrder(result, request.down.length > 0, style),
      ...notes,
    ];
  });
  return [head, ...blocks];
}

function formatProfileShares(request: ResolveRequest, result: ProfileResult, style: Style): string[] {
  return formatShares(result, sharesOf(result, request.expected), request.down.length > 0, style);
}

function formatRun(request: ResolveRequest, run: RunResult): string[] {
  const { calls, seed, keepsAnswers } = request;
  const asked = `${calls} calls, seed ${seed}, ${run.questions} DNS questions${keepsAnswers ? ' (each answer is kept)' : ''}`;
  const lines = [run.failures > 0 ? `${asked}; ${run.failures} without an answer (${run.firstFailure})` : asked];
  const worst = run.results.map((result) => worstErrorPoints(sharesOf(result, request.expected)) ?? -1);
  if (run.results.length > 1 && Math.max(...worst) >= 0 && request.down.length === 0) {
    const profile = run.results[worst.indexOf(Math.max(...worst))]?.profile;
    lines.push(`largest error against the zone's weights: ${Math.max(...worst).toFixed(1)} points (${profile?.name})`);
  }
  if (run.results.some(({ tally }) => tally.hasRewrittenWeights) && request.expected.length === 0) {
    lines.push("note: the server rewrites weights or priorities from answer to answer, so they don't tell the zone's;");
    lines.push('      --expect HOST=WEIGHT names them');
  }
  return lines;
}
