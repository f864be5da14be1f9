import type { RollVersions } from '../../dnstap/dnstap.ts';
import { bare, type ControlCommand } from '../control-command.ts';
import type { ControlTarget } from '../control-target.ts';
import { type ControlResponse, fail, succeed } from '../messages.ts';

const usage = 'dnstap -reopen | dnstap -roll [N]';

/** As rndc's: N old files are kept, all where it is 0, and as many as the configuration says without N. */
export const dnstap: ControlCommand = (args, target) => {
  const [word, count, ...rest] = args;
  if (word === '-reopen' && count === undefined) return reopen(target, undefined);
  if (word !== '-roll' || rest.length > 0) return fail('syntax error', usage);
  if (count === undefined) return reopen(target, 'configured');
  if (!/^\d{1,9}$/.test(count)) return fail('not a valid number', usage);
  return reopen(target, Number(count) === 0 ? Number.POSITIVE_INFINITY : Number(count));
};

export const dnstapReopen: ControlCommand = bare((target) => reopen(target, undefined));

async function reopen(target: ControlTarget, versions: RollVersions | undefined): Promise<ControlResponse> {
  const outcome = await target.reopenDnstap(versions);
  switch (outcome.kind) {
    case 'done':
      return succeed();
    case 'off':
      return fail('not found', 'dnstap is not on');
    case 'failed':
      return fail('failure', outcome.reason);
  }
}
