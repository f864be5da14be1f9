import type { ZoneDescription } from '../../loader-messages.ts';
import type { ControlCommand } from '../control-command.ts';
import { fail, succeed } from '../messages.ts';
import { findZone } from '../zone-argument.ts';

/** `check ZONE`: read all that is kept of it. `reset ZONE`: begin anew with what is served. */
export const journal: ControlCommand = async (args, target) => {
  const [action, ...rest] = args;
  if (action !== 'check' && action !== 'reset')
    return fail('syntax error', 'journal check ZONE, or journal reset ZONE');
  const found = await findZone(rest, target);
  if (!found.ok) return found.error;
  const { id, zone } = found.value;
  const [result] = await target.loader.command(action === 'check' ? 'check-journal' : 'reset-journal', id);
  const now = await target.loader.describe(id);
  if (result?.problem !== undefined) {
    const repair = action === 'check' && zone.journal !== undefined ? [`to repair it: ${repairOf(zone)}`] : [];
    return fail('failure', [`zone ${zone.title}: ${result.problem}`, ...repair].join('\n'), now);
  }
  return succeed(formatJournal(now ?? zone), now);
};

function repairOf({ name, type, isDynamic }: ZoneDescription): string {
  const reset = `ringzone ctl journal reset ${name}`;
  if (type === 'secondary') return `ringzone ctl retransfer ${name}`;
  return isDynamic ? `${reset} goes on with what is served; else restore data-dir from a backup and restart` : reset;
}

function formatJournal({ title, journal: kept }: ZoneDescription): string {
  if (kept === undefined) return `zone ${title}: nothing is kept of it`;
  const { oldestSerial, newestSerial, octets } = kept;
  if (octets === 0) return `zone ${title}: journal good, empty at serial ${newestSerial}`;
  return `zone ${title}: journal good, serials ${oldestSerial} to ${newestSerial}, ${octets} octets`;
}
