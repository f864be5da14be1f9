/** `ringzone init`: a first zone and a first ringzone.yaml, from questions or from options. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hasErrors } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import { parseZoneName, ValueProblem } from '../control/config/values.ts';
import { formatListenAddress } from '../plane/sockets/socket-address.ts';
import { Class } from '../wire/codes.ts';
import { reasonOf } from '../zonefile/zone-source.ts';
import { tellDiagnostics } from './diagnostics.ts';
import { askPlan } from './init/ask-plan.ts';
import { formatConfig, type Places } from './init/config-text.ts';
import { checkDraft, type DraftFile, placeFiles, serialThere } from './init/draft-files.ts';
import { firstSerial } from './init/first-serial.ts';
import type { InitOptions, InitPlan } from './init/init-plan.ts';
import { parsePlan } from './init/parse-plan.ts';
import { Terminal } from './init/terminal.ts';
import { formatZone, srvOwner } from './init/zone-text.ts';
import { type Output, write } from './output.ts';
import { UsageProblem } from './zone-arguments.ts';

export type { InitOptions } from './init/init-plan.ts';

const Exit = { written: 0, notWritten: 1 } as const;
const configName = 'ringzone.yaml';

/** Resolves to the exit code: 0 written, 1 not. Throws UsageProblem. */
export async function runInit(options: InitOptions, output: Output): Promise<number> {
  const { dir = '.', force = false } = options;
  // Before the questions, not behind the last of them.
  if (!force && needsAnswers(options) && existsSync(join(dir, configName)))
    return refuse([join(dir, configName)], output);
  const answered = await complete(options, output);
  if (answered === undefined) {
    await write(output.stderr, '\nnothing is written\n');
    return Exit.notWritten;
  }
  const parsed: Result<InitPlan, readonly string[]> = parsePlan(answered);
  if (!parsed.ok) throw new UsageProblem(parsed.error.map((problem) => `error: ${problem}`).join('\n'));
  const plan = parsed.value;
  const files = filesOf(plan, dir);
  const there = files.map(({ path }) => join(dir, path)).filter((path) => existsSync(path));
  if (there.length > 0 && !force) return refuse(there, output);
  const diagnostics = await checkDraft(files, configName, dir);
  await tellDiagnostics(
    output,
    diagnostics.filter(({ severity }) => severity !== 'note'),
  );
  if (hasErrors(diagnostics)) {
    await write(output.stderr, 'nothing is written\n');
    return Exit.notWritten;
  }
  try {
    placeFiles(files, dir, force);
  } catch (error) {
    await write(output.stderr, `error: cannot write below ${resolve(dir)}: ${reasonOf(error)}\n`);
    return Exit.notWritten;
  }
  await write(output.stdout, nextSteps(plan, files, dir));
  return Exit.written;
}

async function refuse(there: readonly string[], { stderr }: Output): Promise<number> {
  const verb = there.length === 1 ? 'exists' : 'exist';
  await write(stderr, `error: ${there.join(' and ')} ${verb}\nhint: --force replaces, --dir writes elsewhere\n`);
  return Exit.notWritten;
}

function needsAnswers({ domain, server }: InitOptions): boolean {
  return domain === undefined || server === undefined;
}

/** Questions only to a person, and only where something is left open. `undefined`: no answers came. */
async function complete(options: InitOptions, { stderr }: Output): Promise<InitOptions | undefined> {
  if (!needsAnswers(options)) return options;
  const { stdin } = process;
  if (!stdin.isTTY || !('isTTY' in stderr && stderr.isTTY === true)) {
    const missing = options.domain === undefined ? '--domain' : '--server';
    throw new UsageProblem(
      `error: ${missing} is missing, and there is no terminal to ask at\nhint: ringzone init --domain example.com --server sip1=192.0.2.11`,
    );
  }
  const terminal = new Terminal(stdin, stderr as unknown as NodeJS.WritableStream);
  try {
    return await askPlan(options, terminal);
  } finally {
    terminal.close();
  }
}

function filesOf(plan: InitPlan, dir: string): DraftFile[] {
  const zoneFile = `zones/${plan.domain}`;
  const serial = firstSerial(new Date(), serialOfOld(plan.domain, resolve(dir, zoneFile)));
  return [
    { path: zoneFile, text: formatZone(plan, serial) },
    { path: configName, text: formatConfig(plan, zoneFile, placesFor(resolve(dir))) },
  ];
}

function serialOfOld(domain: string, file: string): number {
  const apex = parseZoneName(domain);
  return apex instanceof ValueProblem ? 0 : serialThere(file, apex, Class.in);
}

/** What stands below /etc is run by the system; a socket's path has 107 octets (unix(7)). */
function placesFor(dir: string): Places {
  return dir.startsWith('/etc/') || Buffer.byteLength(join(dir, 'control.sock')) > 107 ? 'system' : 'beside';
}

function nextSteps(plan: InitPlan, files: readonly DraftFile[], dir: string): string {
  const config = resolve(dir) === process.cwd() ? '' : ` -c ${join(dir, configName)}`;
  const [listen] = plan.listen;
  const address = listen === undefined || /^[0:.]+$/.test(listen.address) ? '127.0.0.1' : listen.address;
  const port = listen?.port ?? 53;
  const asked = formatListenAddress({ family: address.includes(':') ? 6 : 4, address, port });
  const steps = [
    [`ringzone check${config}`, 'is all of it good?'],
    [`ringzone serve${config}`, 'serve it; the rest from another terminal'],
    [`dig @${address}${port === 53 ? '' : ` -p ${port}`} ${srvOwner(plan)} SRV`, 'what phones ask'],
    [`ringzone resolve sip:${plan.domain} --server ${asked}`, 'where their calls go'],
  ] as const;
  const width = Math.max(...steps.map(([command]) => command.length));
  return [
    ...files.map(({ path }) => `written: ${join(dir, path)}`),
    '',
    'next:',
    ...steps.map(([command, why]) => `  ${command.padEnd(width)}   ${why}`),
    '',
  ].join('\n');
}
