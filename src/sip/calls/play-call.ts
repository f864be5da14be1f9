/** What becomes of a call when some of the servers are dead: whom it reaches, after how long. No clock: the client's timers are added up. */
import type { Candidate } from '../location/locate.ts';
import type { Profile } from '../profiles/profile.ts';

/** One address that is tried. */
export interface Attempt {
  readonly candidate: Candidate;
  readonly address: string;
  readonly isDown: boolean;
}

export interface CallOutcome {
  readonly attempts: readonly Attempt[];
  /** The server that answers; `undefined`: the call is lost. */
  readonly reached: Candidate | undefined;
  /** Until it answers, or until the caller is told that none does. */
  readonly seconds: number;
}

/** Dead servers are silent: nothing refuses a connection or sends an ICMP error, which clients notice at once. */
export type DeadServers = (candidate: Candidate, address: string) => boolean;

/** Used where a client never goes on: its request then ends by Timer B (RFC 3261 §17.1.1.2). */
const lostAfterSeconds = 32;

export function playCall(candidates: readonly Candidate[], { patience }: Profile, isDead: DeadServers): CallOutcome {
  const attempts: Attempt[] = [];
  let seconds = 0;
  for (const candidate of candidates) {
    for (const address of candidate.addresses) {
      const isDown = isDead(candidate, address);
      attempts.push({ candidate, address, isDown });
      if (!isDown) return { attempts, reached: candidate, seconds };
      const wait = candidate.transport === 'udp' ? patience.udp : patience.stream;
      if (wait === undefined) return { attempts, reached: undefined, seconds: seconds + lostAfterSeconds };
      seconds += wait;
    }
  }
  return { attempts, reached: undefined, seconds };
}
