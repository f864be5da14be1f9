/** Plays the calls: each asks the server, each profile locates and tries. */
import { type CallOutcome, playCall } from '../../sip/calls/play-call.ts';
import { ServerTally } from '../../sip/calls/server-tally.ts';
import { type Location, locate } from '../../sip/location/locate.ts';
import type { Profile } from '../../sip/profiles/profile.ts';
import { profiles as allProfiles } from '../../sip/profiles/table.ts';
import { Answers, type CallAnswers } from './answers.ts';
import type { DnsClient } from './dns-client.ts';
import { deadServers } from './down-servers.ts';
import type { ResolveRequest } from './resolve-request.ts';
import { drawsOf } from './seed.ts';

export interface ProfileResult {
  readonly profile: Profile;
  /** Of the first call. */
  readonly location: Location;
  readonly outcome: CallOutcome;
  readonly tally: ServerTally;
}

export interface RunResult {
  readonly results: readonly ProfileResult[];
  /** DNS questions that went to the server. */
  readonly questions: number;
  readonly failures: number;
  readonly firstFailure: string | undefined;
  /** Why the server can't be asked at all: it answered nothing. */
  readonly unreachable: string | undefined;
}

/** Calls on their way at a time. */
const callsInFlight = 64;

export async function runCalls(
  request: ResolveRequest,
  client: DnsClient,
  noteCall: (done: number) => void,
): Promise<RunResult> {
  const answers = new Answers(client, request.keepsAnswers);
  const players = request.profiles.map((profile) => new Player(request, profile, answers));
  const results: ProfileResult[] = [];
  const first: CallAnswers = new Map();
  for (const player of players) {
    results.push(await player.playFirst(first));
    if (answers.isUnreachable) break;
  }
  const finish = (): RunResult => {
    const { questions, failures, firstFailure, isUnreachable } = answers;
    return { results, questions, failures, firstFailure, unreachable: isUnreachable ? firstFailure : undefined };
  };
  if (answers.isUnreachable) return finish();
  let next = 1;
  const playOn = async (): Promise<void> => {
    while (next < request.calls) {
      const call = next++;
      const known: CallAnswers = new Map();
      await Promise.all(players.map((player) => player.play(call, known)));
      noteCall(call);
    }
  };
  await Promise.all(Array.from({ length: Math.min(callsInFlight, request.calls) }, playOn));
  return finish();
}

/** One profile, all its calls. */
class Player {
  private readonly request: ResolveRequest;
  private readonly profile: Profile;
  private readonly profileIndex: number;
  private readonly answers: Answers;
  private readonly tally = new ServerTally();
  private readonly isDead: ReturnType<typeof deadServers>;

  constructor(request: ResolveRequest, profile: Profile, answers: Answers) {
    this.request = request;
    this.profile = profile;
    // The same draws, whichever others are played beside it.
    this.profileIndex = allProfiles.indexOf(profile);
    this.answers = answers;
    this.isDead = deadServers(request.down);
  }

  async playFirst(known: CallAnswers): Promise<ProfileResult> {
    return { profile: this.profile, tally: this.tally, ...(await this.play(0, known)) };
  }

  async play(
    call: number,
    known: CallAnswers,
  ): Promise<{ readonly location: Location; readonly outcome: CallOutcome }> {
    const { profile } = this;
    const draws = drawsOf(this.request.seed, this.profileIndex, call);
    // Each call is another phone's.
    const steps = locate(this.request.target, { profile, accountKey: draws.next(), draws });
    let step = steps.next();
    while (!step.done) step = steps.next(await this.answers.ask(step.value, profile, known));
    const location = step.value;
    const outcome = playCall(location.candidates, profile, this.isDead);
    this.tally.add(location, outcome);
    return { location, outcome };
  }
}
