/** `ringzone compare`: ask two servers the same, and show where their answers differ. */

import type { ComparedZone, CompareResult } from '../control/compare/compare-result.ts';
import { compareZones } from '../control/compare/compare-zones.ts';
import type { ZoneToCompare } from '../control/compare/find-names.ts';
import { Progress } from '../control/compare/report/progress.ts';
import { describeZone, formatFindings, formatSummary, resultJson } from '../control/compare/report/summary.ts';
import { AskedServer, type ServerPair } from '../control/compare/server-pair.ts';
import { parseListen, ValueProblem } from '../control/config/values.ts';
import { makePlan, parseServeOptions } from '../control/server/serve-plan.ts';
import type { ListenAddress } from '../plane/messages.ts';
import { tellDiagnostics } from './diagnostics.ts';
import { type Output, write } from './output.ts';
import { pairZones, UsageProblem } from './zone-arguments.ts';

/** The options as they were written. */
export interface CompareOptions {
  readonly bind: string;
  readonly with: string;
  readonly config?: string | undefined;
  readonly zone?: readonly string[] | undefined;
  readonly files: readonly string[];
  readonly json?: boolean | undefined;
  readonly limit?: string | undefined;
  readonly rd?: boolean | undefined;
}

const Exit = { same: 0, different: 1, notCompared: 2 } as const;
const usualLimit = 20;

/** Resolves to the exit code: 0 no difference, 1 differences, 2 wrong usage or a server that can't be asked. */
export async function runCompare(options: CompareOptions, output: Output): Promise<number> {
  const addresses = [parseServer('--bind', options.bind), parseServer('--with', options.with)] as const;
  const limit = parseLimit(options.limit);
  const zones = await findZones(options, output);
  if (zones === undefined) return Exit.notCompared;
  const pair = {
    first: new AskedServer('--bind', addresses[0]),
    second: new AskedServer('--with', addresses[1]),
  };
  try {
    return await compare({ zones, limit, recursionDesired: options.rd ?? false }, pair, options.json ?? false, output);
  } finally {
    pair.first.close();
    pair.second.close();
  }
}

async function compare(
  request: Parameters<typeof compareZones>[0],
  pair: ServerPair,
  asJson: boolean,
  output: Output,
): Promise<number> {
  const progress = new Progress(asJson ? undefined : output.stderr);
  // Told at once: whoever compares two versions need not wait for the rest.
  const noteZone = (zone: ComparedZone): void => {
    const text = asJson ? undefined : describeZone(zone, pair);
    if (text === undefined) return;
    progress.clear();
    output.stdout.write(`${text}\n\n`);
  };
  const result = await compareZones(request, pair, {
    noteZone,
    noteNames: (name, makeText) => progress.noteNames(name, makeText),
    startZone: (name, questions) => progress.startZone(name, questions),
    step: () => progress.step(),
  });
  progress.clear();
  if (result.ok) return await tell(result.value, pair, asJson, output);
  const { message, hint } = result.error;
  if (asJson) await write(output.stdout, `${JSON.stringify({ ok: false, error: message, hint }, undefined, 2)}\n`);
  else await write(output.stderr, `error: ${message}\nhint: ${hint}\n`);
  return Exit.notCompared;
}

async function tell(result: CompareResult, pair: ServerPair, asJson: boolean, output: Output): Promise<number> {
  const { stdout, stderr } = output;
  if (asJson) await write(stdout, `${JSON.stringify(resultJson(result, pair), undefined, 2)}\n`);
  else {
    for (const note of result.notes) await write(stderr, `note: ${note}\n`);
    await write(stdout, formatFindings(result, pair));
    for (const text of result.unanswered) await write(stdout, `${text}\n`);
    await write(stdout, formatSummary(result));
  }
  return result.isSame ? Exit.same : Exit.different;
}

function parseServer(option: string, text: string): ListenAddress {
  const address = parseListen(text);
  if (!(address instanceof ValueProblem) && address.port > 0) return address;
  throw new UsageProblem(
    `error: ${option}: ${JSON.stringify(text)} is not the address of a server\nhint: ${option} 127.0.0.1:53, ${option} "[::1]:53"`,
  );
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return usualLimit;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageProblem(`error: --limit: ${JSON.stringify(text)} is not a number\nhint: --limit 100`);
}

/** `undefined` where the configuration has errors, which have been told. */
async function findZones(options: CompareOptions, output: Output): Promise<readonly ZoneToCompare[] | undefined> {
  const zone = pairZones(options, 'compare');
  if (zone.length > 0 === (options.config !== undefined)) {
    throw new UsageProblem(
      'error: give either --config FILE or --zone NAME FILE\nhint: ringzone compare --bind 127.0.0.1:53 --with 127.0.0.1:5300 -c /etc/named.conf',
    );
  }
  const request = parseServeOptions({ config: options.config, zone });
  if (!request.ok) throw new UsageProblem(request.error.map((problem) => `error: ${problem}`).join('\n'));
  const plan = await makePlan(request.value);
  if (!plan.ok) {
    await tellDiagnostics(
      output,
      plan.error.filter(({ severity }) => severity === 'error'),
    );
    return undefined;
  }
  return withoutDoubles(plan.value.config.zones);
}

/** A zone that stands in several views is asked once: this host meets one view of each server. */
function withoutDoubles(zones: readonly ZoneToCompare[]): ZoneToCompare[] {
  const known = new Set<string>();
  return zones.filter(({ name, class: zoneClass }) => {
    const key = `${name.toLowerCase()} ${zoneClass}`;
    return !known.has(key) && known.add(key);
  });
}
