import { setTimeout as wait } from 'node:timers/promises';
import { parseDuration, ValueProblem } from '../../config/values.ts';
import { parseDrainTarget } from '../../health/drains.ts';
import { formatHealth } from '../../health/format-health.ts';
import type { DrainedTarget } from '../../health/health-messages.ts';
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
  return succeed(formatHealth(report.targets, Date.now()), report);
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

/** `drain TARGET[:PORT] [--for DURATION] [--wait]` */
export const drain: ControlCommand = async (args, target) => {
  const order = parseDrainOrder(args);
  if ('ok' in order) return order;
  const startMs = Date.now();
  const { name, port, forMs } = order;
  const untilMs = forMs === undefined ? undefined : startMs + forMs;
  const targets = await target.health.drain({ name, port, untilMs });
  if (targets.length === 0) return fail('not found', `no SRV record that is steered has the target ${order.written}`);
  const expiresMs = Date.now() + switchMs + 1000 * Math.max(...targets.map(({ ttlSeconds }) => ttlSeconds));
  const lagging = laggingZones(targets, target);
  const data = {
    targets,
    ...(untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() }),
    lastAnswerExpires: new Date(expiresMs).toISOString(),
    lagging,
  };
  const lines = [
    ...targets.map(describe('drained')),
    `the last answer that names it expires at ${new Date(expiresMs).toISOString()}`,
    ...lagging.map(({ zone, secondaries }) => `these go on naming it for ${zone}: ${secondaries.join(', ')}`),
  ];
  if (order.isWaiting && lagging.length > 0) return fail('secondaries do not follow', lines.join('\n'), data);
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

/** Zones whose secondaries have the records as they are in the file. */
function laggingZones(targets: readonly DrainedTarget[], { health }: ControlTarget) {
  const touched = new Set(targets.map(({ zone }) => zone));
  return health.zones
    .filter(({ zone, publish, secondaries }) => touched.has(zone) && !publish && secondaries.length > 0)
    .map(({ zone, secondaries }) => ({ zone, secondaries }));
}

function describe(what: string): (target: DrainedTarget) => string {
  return ({ target, port, owner, zone }) => `${target}:${port} of ${owner} in zone ${zone} is ${what}`;
}
