import { bare } from '../control-command.ts';
import { succeed } from '../messages.ts';

/** The configuration in force, in the language of ringzone.yaml whatever it was written in. */
export const showconf = bare(async (target) => {
  const { formatConfig, valuesInForce } = await import('../../show-config/show-config.ts');
  const values = valuesInForce(target.config());
  return succeed(formatConfig(values), values);
});

/** BIND's units: tenths of a second. Shown alone; they are changed in the configuration. */
export const tcpTimeouts = bare((target) => {
  const { idleMs, totalMs } = target.config().tcp;
  const lines = [`tcp-idle-timeout=${Math.round(idleMs / 100)}`, `tcp-total-timeout=${Math.round(totalMs / 100)}`];
  return succeed(lines.join('\n'), { idleMs, totalMs });
});
