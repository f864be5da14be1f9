/** Changes of the zones of a running server: tried, kept on disk, or undone. */
import { type Diagnostic, formatDiagnostic } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import { completeConfig } from '../config/complete-config.ts';
import type { Config, WrittenValues } from '../config/config.ts';
import type { LoadSummary, ZoneReloaded } from '../loader-messages.ts';
import { AddedZones, placelessSource } from './added-zones.ts';
import { editProblem, formatAddedZones, writeAddedZones } from './added-zones-file.ts';
import { amendConfig } from './amend-config.ts';

/** What changes need of the server. */
export interface ChangingServer {
  readonly configInForce: Config;
  /** Serve the zones of this one. */
  changeZones(config: Config): Promise<LoadSummary>;
  readonly loader: {
    /** Why zones were refused since the last load began, a line each. */
    readonly refusals: readonly string[];
    reload(zone: ZoneId): Promise<ZoneReloaded>;
  };
}

export type ChangeOutcome =
  | { readonly kind: 'done'; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }
  /** The zone's content is no good. */
  | { readonly kind: 'not-loaded'; readonly reasons: readonly string[] }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Have the server serve what `change` makes of the added zones, and keep it. All stays as it was where that is no good
 * configuration, where `zone` can't be loaded, or the change can't be kept.
 */
export async function changeAddedZones(
  server: ChangingServer,
  zone: { readonly id: ZoneId; readonly title: string } | undefined,
  change: (added: AddedZones) => AddedZones,
): Promise<ChangeOutcome> {
  const before = server.configInForce;
  const { written, addedZones = new AddedZones(undefined, undefined) } = before;
  if (written === undefined) return failed('the server has no configuration file');
  const after = change(addedZones);
  const text = formatAddedZones(after.kept);
  const isKeptChanged = text !== formatAddedZones(addedZones.kept);
  const problem = isKeptChanged ? editProblem(addedZones) : undefined;
  if (problem !== undefined) return failed(problem);
  const completed = complete(written, before, after);
  if (!completed.ok) return { kind: 'invalid', diagnostics: completed.error };
  const { zones, catalogs, views, viewNames, access, warnings } = completed.value;
  const settled = (isKeptChanged ? after.written(text) : after).settled();
  const allZones = [...zones, ...(before.optionZones ?? [])];
  const settings = { ...before.settings, access, viewNames };
  const isGoing = zone === undefined;
  // With a zone that goes nothing can be wrong: kept first, so that it is served throughout where it can't be.
  const problemFirst = isGoing && isKeptChanged ? await keep(settled) : undefined;
  if (problemFirst !== undefined) return failed(problemFirst);
  await server.changeZones({
    ...before,
    zones: allZones,
    catalogs,
    views,
    viewNames,
    access,
    settings,
    addedZones: settled,
  });
  const reasons = isGoing ? [] : await findRefusal(server, zone);
  if (reasons.length > 0) {
    await undo(server, before);
    return { kind: 'not-loaded', reasons };
  }
  const problemLast = !isGoing && isKeptChanged ? await keep(settled) : undefined;
  if (problemLast === undefined) return { kind: 'done', warnings };
  await undo(server, before);
  return failed(problemLast);
}

/** Gives why that can't be. */
async function keep(added: AddedZones): Promise<string | undefined> {
  try {
    await writeAddedZones(added);
    return undefined;
  } catch (error) {
    return `${added.path}: ${(error as Error).message}`;
  }
}

/** Everything else may have changed meanwhile. Lists and views only grow, so those of `settings` can stay. */
async function undo(server: ChangingServer, { zones, catalogs, addedZones }: Config): Promise<void> {
  await server.changeZones({ ...server.configInForce, zones, catalogs, addedZones });
}

/** Why the zone was refused by the load before; none: it wasn't. */
async function findRefusal(
  { loader }: ChangingServer,
  { id, title }: { readonly id: ZoneId; readonly title: string },
): Promise<readonly string[]> {
  const refusal = loader.refusals.find((line) => line.startsWith(`zone ${title}: `));
  if (refusal === undefined) return [];
  // Reading it again says what is wrong.
  const again = await loader.reload(id);
  return again.kind === 'refused' ? again.diagnostics.map(formatDiagnostic) : [refusal];
}

function complete(written: WrittenValues, before: Config, added: AddedZones): Result<Config, readonly Diagnostic[]> {
  const source = placelessSource(undefined);
  const amend = { previous: before, amend: (config: Parameters<typeof amendConfig>[0]) => amendConfig(config, added) };
  return completeConfig(written.value, source, written.folder, [], amend);
}

function failed(reason: string): ChangeOutcome {
  return { kind: 'failed', reason };
}
