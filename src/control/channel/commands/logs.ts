import { bare, type ControlCommand } from '../control-command.ts';
import { fail, succeed } from '../messages.ts';

const on = ['on', 'yes', 'true', '1'];
const off = ['off', 'no', 'false', '0'];

export const querylog: ControlCommand = async (args, target) => {
  const [word, ...rest] = args;
  const lower = word?.toLowerCase();
  const isKnown = lower === undefined || on.includes(lower) || off.includes(lower);
  if (!isKnown || rest.length > 0) return fail('syntax error', 'querylog [on|off]');
  const wanted = lower === undefined ? !target.state().isQueryLogOn : on.includes(lower);
  await target.setQueryLog(wanted);
  return succeed('', { queryLog: wanted });
};

export const closelogs: ControlCommand = bare(async (target) => {
  const problems = await target.reopenLogs();
  return problems.length === 0 ? succeed() : fail('failure', problems.join('\n'));
});
