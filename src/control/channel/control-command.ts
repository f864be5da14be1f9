import type { ControlTarget } from './control-target.ts';
import { type ControlResponse, fail } from './messages.ts';

/** Does what a word says. `args`: what stood behind it. */
export type ControlCommand = (
  args: readonly string[],
  target: ControlTarget,
) => ControlResponse | Promise<ControlResponse>;

/** One that takes no arguments. */
export function bare(run: (target: ControlTarget) => ControlResponse | Promise<ControlResponse>): ControlCommand {
  return (args, target) => (args.length === 0 ? run(target) : fail('syntax error', 'nothing may stand behind it'));
}
