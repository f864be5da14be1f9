/** Whether secondaries have what was published: they are asked for the serial that they have, until it is the wanted one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isNewerSerial } from '../../base/serial.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import type { Remote } from '../config/config.ts';
import { askSoa, type SoaTimeouts } from '../secondary/ask-soa.ts';
import { keyOf, remoteText } from '../secondary/remote-text.ts';

/** A server that is told of a zone's changes. */
export interface NotifiedServer {
  readonly remote: Remote;
  /** Of the last notice, where it has acknowledged that. */
  readonly acknowledgedSerial: number | undefined;
}

/** How far a secondary has come. */
export interface Follower {
  /** `192.0.2.53#53` */
  readonly server: string;
  /** That it answers with; `undefined`: it doesn't. */
  readonly serial: number | undefined;
  readonly hasFollowed: boolean;
  /** It has acknowledged a notice of it; else its own timer has brought it here, or nothing yet. */
  readonly isAcknowledged: boolean;
  /** Why its serial is not known. */
  readonly problem: string | undefined;
}

const betweenMs = 250;
const timeouts: SoaTimeouts = { datagramTries: 2, datagramMs: 1000, streamMs: 3000 };

/** Ask each server until it has the serial, or a newer one; until `deadlineMs` on the clock of `performance.now` at most. */
export async function awaitFollowers(
  { class: zoneClass, apex }: ZoneId,
  serial: number,
  findServers: () => Promise<readonly NotifiedServer[]>,
  keys: readonly TsigKey[],
  deadlineMs: number,
  signal: AbortSignal,
): Promise<readonly Follower[]> {
  const has = (other: number | undefined) => other !== undefined && !isNewerSerial(serial, other);
  const known = new Map<string, Follower>();
  for (;;) {
    const servers = await findServers();
    await Promise.all(
      servers.map(async ({ remote, acknowledgedSerial }) => {
        const server = remoteText(remote);
        const isAcknowledged = has(acknowledgedSerial);
        const before = known.get(server);
        if (before?.hasFollowed === true) {
          known.set(server, { ...before, isAcknowledged });
          return;
        }
        const answer = await askSoa({ remote, key: keyOf(remote, keys), apex, zoneClass }, timeouts, signal);
        const found = answer.ok && answer.value.kind === 'soa' ? answer.value.serial : undefined;
        const problem = answer.ok ? (answer.value.kind === 'soa' ? undefined : answer.value.reason) : answer.error;
        known.set(server, { server, serial: found, hasFollowed: has(found), isAcknowledged, problem });
      }),
    );
    const followers = servers.flatMap(({ remote }) => known.get(remoteText(remote)) ?? []);
    if (followers.every(({ hasFollowed }) => hasFollowed) || signal.aborted || performance.now() >= deadlineMs)
      return followers;
    await sleep(betweenMs);
  }
}
