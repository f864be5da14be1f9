/** The whole answer to a script. Shares are 0 to 1, times seconds; what is not known is null. */
import { formatListenAddress } from '../../../plane/sockets/socket-address.ts';
import type { LookUpStep } from '../../../sip/location/look-up.ts';
import { formatSipTarget } from '../../../sip/target/sip-target.ts';
import type { ResolveRequest } from '../resolve-request.ts';
import type { ProfileResult, RunResult } from '../run-calls.ts';
import { sharesOf, worstErrorPoints } from './shares.ts';

export function reportJson(request: ResolveRequest, run: RunResult): unknown {
  return {
    target: formatSipTarget(request.target),
    server: formatListenAddress(request.server),
    calls: request.calls,
    seed: request.seed,
    keepsAnswers: request.keepsAnswers,
    down: request.down.map(({ text }) => text),
    questions: run.questions,
    unanswered: run.failures,
    error: run.unreachable ?? null,
    profiles: run.results.map((result) => profileJson(result, request)),
  };
}

function profileJson(result: ProfileResult, request: ResolveRequest): unknown {
  const { profile, location, outcome, tally } = result;
  const shares = sharesOf(result, request.expected);
  return {
    profile: profile.name,
    title: profile.title,
    steps: location.steps.map(stepJson),
    order: location.candidates.map(({ host, port, transport, addresses, record }) => {
      const { priority = null, weight = null } = record ?? {};
      return { host, port, transport, priority, weight, addresses };
    }),
    notes: location.notes,
    firstCall: {
      tried: outcome.attempts.map(({ candidate, address, isDown }) => {
        return { host: candidate.host, port: candidate.port, address, down: isDown };
      }),
      reached: outcome.reached === undefined ? null : { host: outcome.reached.host, port: outcome.reached.port },
      seconds: outcome.seconds,
    },
    rewrittenWeights: tally.hasRewrittenWeights,
    shares: shares.map(({ expectedShare = null, errorPoints = null, ...share }) => ({
      ...share,
      expectedShare,
      errorPoints,
    })),
    worstErrorPoints: worstErrorPoints(shares) ?? null,
    lost: tally.lost,
    lostShare: tally.lost / tally.calls,
    meanSeconds: tally.meanSeconds,
    maxSeconds: tally.maxSeconds,
  };
}

function stepJson({ question, finding, problem, aliases, records, answer, isAdditional }: LookUpStep): unknown {
  const { rcode, truncated, overTcp, octets = null, negativeTtlSeconds = null } = answer;
  return {
    name: question.name,
    type: question.type,
    finding,
    problem: problem ?? null,
    aliases,
    records,
    ...(isAdditional ? { additional: true } : { rcode, truncated, overTcp, octets, negativeTtlSeconds }),
  };
}
