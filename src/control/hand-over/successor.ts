/** `ctl upgrade`: the server starts the one that takes its place, out of what is installed now, as it was started itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type ControlResponse, fail, succeed } from '../channel/messages.ts';
import type { HandOverDesk } from './hand-over-desk.ts';

/** Starts it: the arguments of `serve` as they are, and where to take over from. */
export function startSuccessor(controlPath: string): ChildProcess {
  const [script = '', ...args] = process.argv.slice(1);
  const kept = withoutTakeover(args);
  return spawn(process.execPath, [...process.execArgv, script, ...kept, `--takeover=${controlPath}`], {
    // Signals for this process are not for the next one.
    detached: true,
    stdio: 'inherit',
  });
}

/** Resolves when it has taken over, or can't. */
export async function upgrade(
  desk: HandOverDesk,
  controlPath: string | undefined,
  start: (controlPath: string) => ChildProcess = startSuccessor,
): Promise<ControlResponse> {
  if (controlPath === undefined) return fail('not possible', 'the server has no control socket to hand over by');
  if (process.pid === 1) return fail('not possible', firstProcess);
  if (desk.isBusy || desk.isDone || desk.onEnd !== undefined) return fail('busy', 'another server takes over already');
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  desk.onEnd = resolve;
  const successor = start(controlPath);
  successor.once('error', (error) => resolve(`it can't be started: ${error.message}`));
  // What it said to the desk tells more than its exit code, and may come a moment later.
  const ended = (code: number | null) => resolve(`it ended with exit code ${code}: its log says why`);
  successor.once('exit', (code) => (desk.isBusy ? undefined : ended(code)));
  const failure = await promise;
  desk.onEnd = undefined;
  if (failure !== undefined) return fail('this server goes on', failure);
  successor.unref();
  return succeed(`pid: ${successor.pid}`, { pid: successor.pid });
}

const firstProcess =
  'the first process of a container ends the container when it ends: start the new one beside it with `serve --takeover`';

function withoutTakeover(args: readonly string[]): readonly string[] {
  const isTakeover = (arg: string | undefined) => arg === '--takeover' || arg?.startsWith('--takeover=') === true;
  // Its value may stand apart: a path, while all else that follows options begins with a hyphen.
  return args.filter((arg, i) => !isTakeover(arg) && !(args[i - 1] === '--takeover' && !arg.startsWith('-')));
}
