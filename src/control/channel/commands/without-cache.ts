/** Words on what only a resolver has: where nothing is asked for that isn't so already, they succeed, as with a BIND that doesn't resolve. */
import { bare, type ControlCommand } from '../control-command.ts';
import { fail, succeed } from '../messages.ts';

const nothingCached = 'nothing is cached: this server answers from its own zones alone';

/** `flush [VIEW]` */
export const flush: ControlCommand = (args) =>
  args.length > 1 ? fail('extra input text', 'flush [VIEW]') : succeed(nothingCached);

/** `flushname NAME [VIEW]`, `flushtree NAME [VIEW]` */
export const flushName: ControlCommand = (args) => {
  if (args.length === 0) return fail('unexpected end of input', 'a name is missing');
  return args.length > 2 ? fail('extra input text', 'flushname NAME [VIEW]') : succeed(nothingCached);
};

export const recursing = bare(() => succeed('no question is recursing: this server asks nobody', { clients: 0 }));

/** `validation on|off|status [VIEW]` */
export const validation: ControlCommand = ([word, ...rest], target) => {
  const lower = word?.toLowerCase();
  if (lower === undefined) return fail('unexpected end of input', 'validation on|off|status [VIEW]');
  if (rest.length > 1) return fail('extra input text', 'validation on|off|status [VIEW]');
  if (['off', 'no', 'disable', 'false'].includes(lower)) return succeed();
  if (['on', 'yes', 'enable', 'true'].includes(lower)) {
    return fail('not implemented', 'this server answers from its own zones alone: it has nothing to validate');
  }
  if (!['status', 'check'].includes(lower)) return fail('syntax error', 'validation on|off|status [VIEW]');
  const lines = target.config().views.map(({ name }) => `DNSSEC validation is disabled (view ${name})`);
  return succeed(lines.join('\n'), { validation: false });
};

export const nothing = bare(() => succeed());
