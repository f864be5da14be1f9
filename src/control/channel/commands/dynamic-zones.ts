import type { ZoneCommand, ZoneCommandResult } from '../../loader-messages.ts';
import type { ControlCommand } from '../control-command.ts';
import type { ControlTarget } from '../control-target.ts';
import { type ControlResponse, fail, succeed } from '../messages.ts';
import { findZone } from '../zone-argument.ts';

const frozenWarning = `WARNING: The zone was already frozen.
Someone else may be editing it or it may still be re-loading.`;

export const freeze: ControlCommand = async (args, target) => {
  if (args.length === 0) return await runOnAll('freeze', target);
  const found = await findZone(args, target);
  if (!found.ok) return found.error;
  const { id, zone } = found.value;
  if (zone.type !== 'primary') return fail('not primary');
  if (!zone.isDynamic) return fail('not dynamic');
  if (zone.isFrozen) return fail('already frozen', frozenWarning);
  return describe(await target.loader.command('freeze', id), '');
};

export const thaw: ControlCommand = async (args, target) => {
  if (args.length === 0) return await runOnAll('thaw', target);
  const found = await findZone(args, target);
  if (!found.ok) return found.error;
  const { id, zone } = found.value;
  // As rndc: what takes no updates needs nothing to take them again.
  if (!zone.isDynamic) return succeed();
  // BIND's sentence for a zone that was read before it answered, as it always is here.
  const text = zone.isFrozen ? 'The zone reload and thaw was successful.' : '';
  const lost = 'The zone goes on with what is served; its journal begins anew.';
  return describe(await target.loader.command('thaw', id), zone.trouble === undefined ? text : lost);
};

export const sync: ControlCommand = async (args, target) => {
  const isClean = args[0] === '-clean';
  const rest = isClean ? args.slice(1) : args;
  if (rest.length === 0) return await runOnAll('sync', target, isClean);
  const found = await findZone(rest, target);
  if (!found.ok) return found.error;
  const { id, zone } = found.value;
  // Nothing of it is but in its file; the copy of a secondary is written as it comes.
  if (!zone.isDynamic) return succeed();
  return describe(await target.loader.command('sync', id, isClean), '');
};

/** Zones that are frozen already, or not, are as they shall be. */
async function runOnAll(command: ZoneCommand, target: ControlTarget, isClean = false): Promise<ControlResponse> {
  return describe(await target.loader.command(command, undefined, isClean), '');
}

function describe(results: readonly ZoneCommandResult[], success: string): ControlResponse {
  const failed = results.filter(({ problem }) => problem !== undefined);
  if (failed.length === 0) return succeed(success, { zones: results.map(({ title }) => title) });
  const lines = failed.map(({ title, problem }) => `zone ${title}: ${problem}`);
  const failure = results.length === 1 ? 'failure' : `${failed.length} of ${results.length} zones`;
  return fail(failure, lines.join('\n'), { failed });
}
