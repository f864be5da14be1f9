import { setTimeout as wait } from 'node:timers/promises';
import { formatPeers } from '../../agreement/format-peers.ts';
import { parseDuration, ValueProblem } from '../../config/values.ts';
import { parseDrainTarget } from '../../health/drains.ts';
import { formatHealth } from '../../health/format-health.ts';
import type { DrainedTarget } from '../../health/health-messages.ts';
import type { Follower } from '../../published/followers.ts';
import { formatFollower, formatPublications } from '../../published/format-publications.ts';
import type { Publication } from '../../published/publisher.ts';
import type { ControlCommand } from '../control-command.ts';
import type { ControlTarget } from '../control-target.ts';
import { type ControlResponse, fail, succeed } from '../messages.ts';
import { findZone } from '../zone-argument.ts';

/** `health [ZONE [CLASS [VIEW]]]` */
export const health: ControlCommand = async (args, target) => {
  const zone = args.length === 0 ? undefined : await findTitle(args, target);
  if (typeof zone === 'object') return zone;
  const report = await target.health.report(zone);
  if (report === undefined) return succeed('nothing is watched: no zone has health', { targets: [] });
  const nowMs = Date.now();
  const published = target.published.publications(zone);
  const tables = [
    formatHealth(report.targets, nowMs),
    formatPublications(published),
    formatPeers(report.peers ?? [], nowMs),
  ];
  const data = published.length === 0 ? report : { ...report, published: published.map(withoutId) };
  return succeed(tables.filter((table) => table !== '').join('\n\n'), data);
};

/** The title that health has for the zone, or why there is none. */
async function findTitle(args: readonly string[], target: ControlTarget): Promise<string | ControlResponse> {
  const found = await findZone(args, target);
  if (!found.ok) return found.error;
  const { name, title } = found.value.zone;
  // `example.com/IN/inside`: the class is left out.
  return `${name}${title.slice(name.length).replace(/^\/[^/]*/, '')}`;
}

const drainUsage = 'drain TARGET[:PORT] [--for 30m] [--wait]';

/** What an answer needs at most to be the last one that was made before a state changed. */
const switchMs = 1000;

/** Secondaries have so long to follow, with the time until a zone may have its next serial. */
const followMs = 120_000;

/** `drain TARGET[:PORT] [--for DURATION] [--wait]` */
export const drain: ControlCommand = async (args, target) => {
  const order = parseDrainOrder(args);
  if ('ok' in order) return order;
  const startMs = Date.now();
  const { name, port, forMs } = order;
  const untilMs = forMs === undefined ? undefined : startMs + forMs;
  const targets = await target.health.drain({ name, port, untilMs });
  if (targets.length === 0) return fail('not found', `no SRV record that is steered has the target ${order.written}`);
  const followed = await followZones(targets, target, order.isWaiting);
  // Secondaries have named it until now.
  const expiresMs = Date.now() + switchMs + 1000 * Math.max(...targets.map(({ ttlSeconds }) => ttlSeconds));
  const lagging = laggingZones(targets, target);
  const peersNotHeard = target.health.peers.filter(({ isHeard }) => !isHeard).map(({ peer }) => peer);
  const data = {
    targets,
    ...(untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() }),
    lastAnswerExpires: new Date(expiresMs).toISOString(),
    lagging,
    ...(followed.length === 0 ? {} : { published: followed }),
    ...(target.health.peers.length === 0 ? {} : { peersNotHeard }),
  };
  const lines = [
    ...targets.map(describe('drained')),
    `the last answer that names it expires at ${new Date(expiresMs).toISOString()}`,
    ...lagging.map(({ zone, secondaries }) => `these go on naming it for ${zone}: ${secondaries.join(', ')}`),
    ...followed.flatMap(followedLines),
    ...peersNotHeard.map((peer) => `peer ${peer} is not heard: it goes on naming it until it is`),
  ];
  if (order.isWaiting && peersNotHeard.length > 0) return fail('peers do not follow', lines.join('\n'), data);
  const isBehind = lagging.length > 0 || followed.some((zone) => !hasFollowed(zone));
  if (order.isWaiting && isBehind) return fail('secondaries do not follow', lines.join('\n'), data);
  if (order.isWaiting) await wait(expiresMs - Date.now(), undefined, { ref: false });
  return succeed(lines.join('\n'), data);
};

/** `undrain TARGET[:PORT]` */
export const undrain: ControlCommand = async (args, target) => {
  const [written = '', ...rest] = args;
  const parsed = parseDrainTarget(written);
  if (parsed === undefined || rest.length > 0) return fail('syntax error', 'undrain TARGET[:PORT]');
  const targets = await target.health.undrain(parsed.name, parsed.port);
  if (targets.length === 0) return fail('not found', `${written} is not drained`);
  return succeed(targets.map(describe('no longer drained')).join('\n'), { targets });
};

interface DrainOrder {
  readonly written: string;
  readonly name: string;
  readonly port: number | undefined;
  readonly forMs: number | undefined;
  readonly isWaiting: boolean;
}

function parseDrainOrder(args: readonly string[]): DrainOrder | ControlResponse {
  const rest = [...args];
  const isWaiting = takeOut(rest, /^--?wait$/) !== undefined;
  const duration = takeOut(rest, /^--?for$/, 1)?.[1];
  const asked = args.some((word) => /^--?for$/.test(word));
  const forMs = asked ? parseDuration(duration) : undefined;
  if (forMs instanceof ValueProblem) return fail('syntax error', `${forMs.message}\n${drainUsage}`);
  const [written = '', ...extra] = rest;
  const parsed = parseDrainTarget(written);
  if (parsed === undefined || extra.length > 0) return fail('syntax error', drainUsage);
  return { written, ...parsed, forMs, isWaiting };
}

/** Take the first such word and what it takes out of `words`. */
function takeOut(words: string[], form: RegExp, values = 0): readonly string[] | undefined {
  const at = words.findIndex((word) => form.test(word));
  return at === -1 ? undefined : words.splice(at, 1 + values);
}

/** What a drain has come to in a zone that is published. */
interface FollowedZone extends Omit<Publication, 'id'> {
  /** Who is told of the zone's changes; missing where nobody has waited for them. */
  readonly secondaries?: readonly Follower[];
}

/** Where the drain is published: have it done, and wait for the secondaries where that is wanted. */
async function followZones(
  targets: readonly DrainedTarget[],
  { published, replication }: ControlTarget,
  isWaiting: boolean,
): Promise<readonly FollowedZone[]> {
  const deadlineMs = performance.now() + followMs;
  const titles = new Set(targets.filter(({ isPublished }) => isPublished).map(({ zone }) => zone));
  const zones = await Promise.all(
    [...titles].map(async (title): Promise<FollowedZone[]> => {
      // Without the wait it may be a moment until a new serial may be had.
      const publication = isWaiting ? await published.settle(title) : published.publications(title)[0];
      if (publication === undefined) return [];
      const { id, serial, problem } = publication;
      if (!isWaiting || problem !== undefined || serial === undefined) return [withoutId(publication)];
      return [{ ...withoutId(publication), secondaries: await replication.awaitFollowers(id, serial, deadlineMs) }];
    }),
  );
  return zones.flat();
}

function hasFollowed({ problem, secondaries = [] }: FollowedZone): boolean {
  return problem === undefined && secondaries.every((secondary) => secondary.hasFollowed);
}

function followedLines(zone: FollowedZone): readonly string[] {
  const { secondaries, problem } = zone;
  if (problem !== undefined) return [`zone ${zone.zone} is not published, secondaries go on naming it: ${problem}`];
  if (secondaries === undefined) return [`zone ${zone.zone} is published: secondaries follow by NOTIFY`];
  const behind = secondaries.filter((secondary) => !secondary.hasFollowed);
  if (behind.length > 0)
    return behind.map(
      (secondary) => `does not follow to serial ${zone.serial} of ${zone.zone}: ${formatFollower(secondary)}`,
    );
  return secondaries.length === 0
    ? []
    : [`followed to serial ${zone.serial} of ${zone.zone}: ${secondaries.map(({ server }) => server).join(', ')}`];
}

function withoutId({ id: _, ...publication }: Publication): Omit<Publication, 'id'> {
  return publication;
}

/** Zones whose secondaries have the records as they are in the file. */
function laggingZones(targets: readonly DrainedTarget[], { health }: ControlTarget) {
  const touched = new Set(targets.filter(({ isPublished }) => !isPublished).map(({ zone }) => zone));
  return health.zones
    .filter(({ zone, secondaries }) => touched.has(zone) && secondaries.length > 0)
    .map(({ zone, secondaries }) => ({ zone, secondaries }));
}

function describe(what: string): (target: DrainedTarget) => string {
  return ({ target, port, owner, zone }) => `${target}:${port} of ${owner} in zone ${zone} is ${what}`;
}
