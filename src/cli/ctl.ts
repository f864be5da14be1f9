/** `ringzone ctl`: tell a running server what to do, and wait until it is done. */
import { resolve } from 'node:path';
import { err, type Result } from '../base/result.ts';
import { askControl, type ControlProblem } from '../control/channel/control-client.ts';
import type { ControlResponse } from '../control/channel/messages.ts';
import { refusalOf } from '../control/channel/refused-words.ts';
import { controlWords, findWord } from '../control/channel/words.ts';
import { nearestWord } from '../control/config/nearest-word.ts';
import { ProgressLine, progressDrawMs } from '../control/progress/progress-line.ts';
import { type Output, write } from './output.ts';

export interface CtlOptions {
  readonly config?: string | undefined;
  readonly control?: string | undefined;
  readonly json?: boolean | undefined;
  readonly clean?: boolean | undefined;
}

const Exit = { done: 0, notDone: 1, usage: 2 } as const;

/** Resolves to the exit code: 0 done, 1 not done or no server, 2 wrong usage. */
export async function runCtl(words: readonly string[], options: CtlOptions, output: Output): Promise<number> {
  const problem = usageProblem(words, options);
  if (problem !== undefined) {
    await write(output.stderr, `error: ${problem}\n`);
    return Exit.usage;
  }
  const [word = '', ...args] = words;
  const command = options.clean === true ? [word, '-clean', ...args] : [word, ...args];
  const result = await waitFor(ask(command, options), word, options.json === true ? undefined : output.stderr);
  if (options.json === true) {
    await write(output.stdout, `${JSON.stringify(jsonOf(command, result))}\n`);
    return result.ok && result.value.ok ? Exit.done : Exit.notDone;
  }
  return await print(word, result, output);
}

function usageProblem(
  [word = '', ...args]: readonly string[],
  { config, control, clean }: CtlOptions,
): string | undefined {
  if (config !== undefined && control !== undefined) return '-c and --control both name a socket; give one of them';
  const known = findWord(word);
  // The server says why, and logs that somebody has asked.
  if (refusalOf(word) !== undefined) return undefined;
  if (known === undefined) {
    const names = controlWords.map(({ name }) => name);
    const near = nearestWord(word, names);
    const hint = near === undefined ? `one of ${names.join(', ')}` : `did you mean ${near}?`;
    return `unknown command ${JSON.stringify(word)}\nhint: ${hint}`;
  }
  const isClean = clean === true || args.includes('-clean');
  const takesClean = known.name === 'sync' || known.name === 'delzone';
  return isClean && !takesClean ? `-clean is for sync and delzone, not for ${known.name}` : undefined;
}

async function ask(
  command: readonly string[],
  { config, control }: CtlOptions,
): Promise<Result<ControlResponse, ControlProblem>> {
  if (control !== undefined) return await askControl(resolve(control), { command });
  // Reading a configuration takes longer than all the rest.
  const { findControl } = await import('../control/channel/find-control.ts');
  const found = findControl(config);
  if (!found.ok) return err({ message: found.error, hint: 'name the socket with --control' });
  return await askControl(found.value, { command });
}

/** What takes over a second says on a terminal that it goes on. */
async function waitFor<T>(answer: Promise<T>, word: string, terminal: Output['stderr'] | undefined): Promise<T> {
  const line = new ProgressLine(terminal);
  if (line.isSilent) return await answer;
  const timer = setInterval(() => line.step(() => `${word}: waiting for the server`), progressDrawMs);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
    line.clear();
  }
}

async function print(
  word: string,
  result: Result<ControlResponse, ControlProblem>,
  { stdout, stderr }: Output,
): Promise<number> {
  if (!result.ok) {
    const { message, hint } = result.error;
    await write(stderr, `error: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`);
    return Exit.notDone;
  }
  const response = result.value;
  const text = response.text === '' ? '' : `${response.text}\n`;
  if (response.ok) {
    if (text !== '') await write(stdout, text);
    return Exit.done;
  }
  await write(stderr, `ringzone ctl: '${word}' failed: ${response.failure}\n${text}`);
  return Exit.notDone;
}

function jsonOf(command: readonly string[], result: Result<ControlResponse, ControlProblem>): object {
  if (result.ok) return { command, ...result.value };
  return { command, ok: false, failure: 'no server', text: result.error.message };
}
