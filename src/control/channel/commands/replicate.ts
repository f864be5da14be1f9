import type { RefreshOutcome } from '../../secondary/refresh.ts';
import type { SecondaryZone } from '../../secondary/secondary-zone.ts';
import type { ControlCommand } from '../control-command.ts';
import type { ControlTarget } from '../control-target.ts';
import { type ControlResponse, fail, succeed } from '../messages.ts';
import { type FoundZone, findZone } from '../zone-argument.ts';

/** Ask the primaries now, and wait for what comes of it. */
export const refresh: ControlCommand = async (args, target) => {
  const found = await findZone(args, target);
  if (!found.ok) return found.error;
  if (found.value.zone.type !== 'secondary') return fail('failure', 'not a secondary, mirror, or stub zone');
  return await refreshNow(found.value, target);
};

export const retransfer: ControlCommand = async (args, target) => {
  const found = await findZone(args, target);
  if (!found.ok) return found.error;
  const { type } = found.value.zone;
  if (type !== 'secondary') return fail('failure', `retransfer: inappropriate zone type: ${type}`);
  return await look(found.value, target, (zone) => target.replication.secondaries.retransfer(zone), '');
};

export const notify: ControlCommand = async (args, target) => {
  const found = await findZone(args, target);
  if (!found.ok) return found.error;
  const { id, zone } = found.value;
  target.replication.notify({ id, title: zone.title });
  return succeed('zone notify queued');
};

export async function refreshNow(found: FoundZone, target: ControlTarget): Promise<ControlResponse> {
  const { secondaries } = target.replication;
  return await look(found, target, (zone) => secondaries.refresh(zone), 'zone refresh successful');
}

async function look(
  { id, zone: { title } }: FoundZone,
  target: ControlTarget,
  begin: (zone: SecondaryZone) => void,
  success: string,
): Promise<ControlResponse> {
  const zone = target.replication.secondaries.find(id.view, id.class, id.apex);
  if (zone === undefined) return fail('not found', `zone ${title} is not yet looked after`);
  const outcome = target.replication.secondaries.nextOutcome(zone);
  begin(zone);
  return describe(await outcome, zone, success);
}

function describe(outcome: RefreshOutcome, { title, serial }: SecondaryZone, success: string): ControlResponse {
  switch (outcome.kind) {
    case 'transferred':
      return succeed(success, { result: 'transferred', serial: outcome.done.serial });
    case 'current':
      return succeed('zone refresh up-to-date', { result: 'up-to-date', serial });
    case 'lower':
      return fail('failure', `zone ${title}: its primaries have a lower serial than ours (${serial})`);
    case 'failed':
      return fail('failure', `zone ${title}: no primary gave it; what each of them said is in the log`);
  }
}
