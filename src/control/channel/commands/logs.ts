import { bare, type ControlCommand } from '../control-command.ts';
import { fail, succeed } from '../messages.ts';

const on = ['on', 'yes', 'true', '1'];
const off = ['off', 'no', 'false', '0'];

export const querylog: ControlCommand = async (args, target) => {
  const wanted = readSwitch(args, target.state().isQueryLogOn);
  if (wanted === undefined) return fail('syntax error', 'querylog [on|off]');
  await target.setQueryLog(wanted);
  return succeed('', { queryLog: wanted });
};

export const responselog: ControlCommand = async (args, target) => {
  const wanted = readSwitch(args, target.state().isResponseLogOn);
  if (wanted === undefined) return fail('syntax error', 'responselog [on|off]');
  await target.setResponseLog(wanted);
  return succeed('', { responseLog: wanted });
};

/** What is wanted of a switch; without a word, the other way round. `undefined`: no such word. */
function readSwitch([word, ...rest]: readonly string[], isOn: boolean): boolean | undefined {
  if (rest.length > 0) return undefined;
  if (word === undefined) return !isOn;
  const lower = word.toLowerCase();
  return on.includes(lower) || (off.includes(lower) ? false : undefined);
}

export const trace: ControlCommand = async (args, target) => {
  const [word, ...rest] = args;
  if (rest.length > 0) return fail('syntax error', 'trace [LEVEL]');
  const level = word === undefined ? target.state().debugLevel + 1 : Number(/^\d{1,2}$/.exec(word)?.[0] ?? Number.NaN);
  if (Number.isNaN(level)) return fail('out of range', `${word} is not a debug level: 0 is none, 99 all`);
  target.setDebugLevel(level);
  return succeed('', { debugLevel: level });
};

export const notrace: ControlCommand = bare(async (target) => {
  target.setDebugLevel(0);
  return succeed('', { debugLevel: 0 });
});

export const closelogs: ControlCommand = bare(async (target) => {
  const problems = await target.reopenLogs();
  return problems.length === 0 ? succeed() : fail('failure', problems.join('\n'));
});
