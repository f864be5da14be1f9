import { formatDiagnostic } from '../../../base/diagnostic.ts';
import { countErrors } from '../../load/log-outcome.ts';
import { bare, type ControlCommand } from '../control-command.ts';
import type { ControlTarget, ReloadOutcome } from '../control-target.ts';
import { type ControlResponse, fail, succeed } from '../messages.ts';
import { type FoundZone, findZone } from '../zone-argument.ts';
import { few } from './few.ts';
import { refreshNow } from './replicate.ts';

/** All, or one zone. */
export const reload: ControlCommand = async (args, target) => {
  if (args.length === 0) return describeReload(await target.reload(false), 'server reload successful');
  const found = await findZone(args, target);
  if (!found.ok) return found.error;
  const { zone } = found.value;
  if (zone.type === 'secondary') return await refreshNow(found.value, target);
  // What is served has more than the file: rndc's word too.
  if (zone.isDynamic && !zone.isFrozen) return fail('dynamic zone', 'freeze it, edit its file, thaw it');
  return await reloadZone(found.value, target);
};

export const reconfig = bare(async (target) => describeReload(await target.reload(true), ''));

async function reloadZone({ id }: FoundZone, target: ControlTarget): Promise<ControlResponse> {
  const reloaded = await target.loader.reload(id);
  switch (reloaded.kind) {
    case 'loaded': {
      const { serial, records, differences = 0 } = reloaded;
      const warning = `serial ${serial} is that of before, and ${differences} records differ: secondaries keep the old ones`;
      const text = differences === 0 ? [] : [`WARNING: ${warning}`];
      return succeed(['zone reload successful', ...text].join('\n'), { result: 'loaded', serial, records });
    }
    case 'left':
    case 'same':
      return succeed('zone reload up-to-date', { result: 'up-to-date' });
    case 'refused': {
      const stays = reloaded.servedSerial === undefined ? [] : [`serial ${reloaded.servedSerial} stays in service`];
      const text = [...few(reloaded.diagnostics.map(formatDiagnostic)), ...stays].join('\n');
      return fail(countErrors(reloaded.refusal), text, { diagnostics: reloaded.diagnostics });
    }
    case 'not-raised': {
      const { serial, servedSerial } = reloaded;
      return fail('serial not raised', `the file has serial ${serial}, and ${servedSerial} is served: raise it`);
    }
    case 'changed':
      return fail('failure', 'its file changes while it is read');
    case 'unknown':
      return fail('not found', 'the zone has gone meanwhile');
  }
}

function describeReload(outcome: ReloadOutcome, success: string): ControlResponse {
  switch (outcome.kind) {
    case 'done': {
      const { summary, refusals } = outcome;
      if (summary.refusedZones === 0) return succeed(success, summary);
      const failure = `${summary.refusedZones} of ${summary.zones} zones refused`;
      const stays = [
        'what was served of them stays in service',
        'hint: reload ZONE names the places, and ringzone check',
      ];
      return fail(failure, [...few(refusals), ...stays].join('\n'), summary);
    }
    case 'invalid': {
      const errors = outcome.diagnostics.filter(({ severity }) => severity === 'error');
      const text = [
        ...few(errors.map(formatDiagnostic)),
        'the configuration before stays in force, no zone was reloaded',
      ];
      return fail('bad configuration', text.join('\n'), { diagnostics: outcome.diagnostics });
    }
    case 'failed':
      return fail('failure', outcome.reason);
  }
}
