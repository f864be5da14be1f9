/** The program: its commands, their options and help. Each command's code is loaded when it is called. */
import { Command, CommanderError, Option } from 'commander';
import { isSwitch } from '../control/channel/switches.ts';
import { controlWords } from '../control/channel/words.ts';
import { packageVersion } from '../control/package-root.ts';
import type { CheckOptions } from './check.ts';
import type { CompareOptions } from './compare.ts';
import type { ConvertOptions } from './convert.ts';
import type { CtlOptions } from './ctl.ts';
import { type Output, write } from './output.ts';
import type { ServeOptions } from './serve.ts';
import { type KeyFormat, keyFormats } from './tsig-key-formats.ts';

const wrongUsage = 2;

/** The program as bin starts it: run the command that process.argv names and leave its exit code in process.exitCode. */
export async function main(argv: readonly string[]): Promise<void> {
  // `ringzone check --print | head` ends without a stack.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
  process.exitCode = await runProgram(argv, process);
}

/** Run the command that `argv` (as in process.argv) names. Resolves to its exit code. */
export async function runProgram(argv: readonly string[], output: Output): Promise<number> {
  let exitCode = 0;
  try {
    await buildProgram(output, (code) => {
      exitCode = code;
    }).parseAsync(withSwitches(argv));
  } catch (error) {
    if (error instanceof CommanderError) return codeOf(error);
    if (!(error instanceof Error && error.name === 'UsageProblem')) throw error;
    await write(output.stderr, `${error.message}\n`);
    return wrongUsage;
  }
  return exitCode;
}

/** rndc's switches are words of the command: `-clean` would be read as `-c lean`. */
function withSwitches(argv: readonly string[]): readonly string[] {
  return argv[2] === 'ctl' ? argv.map((argument) => (isSwitch(argument) ? ` ${argument}` : argument)) : argv;
}

/** Of a switch that was marked as no option. */
function withoutMark(word: string): string {
  return isSwitch(word.slice(1)) ? word.slice(1) : word;
}

type Exit = (code: number) => void;

/** `--help` and `--version` end well; commander's own word for all other ends is 1. */
function codeOf({ exitCode }: CommanderError): number {
  return exitCode === 0 ? 0 : wrongUsage;
}

function buildProgram(output: Output, exit: Exit): Command {
  const program = new Command('ringzone')
    .description('Authoritative DNS server for telephone systems.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('hint: ringzone --help lists the commands and options')
    .configureOutput({
      writeOut: (text) => output.stdout.write(text),
      writeErr: (text) => output.stderr.write(text),
    })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  ringzone check --zone example.com zones/example.com     is the zone good?
  ringzone serve --zone example.com=zones/example.com     serve it on 127.0.0.1:5300
  ringzone serve -c /etc/ringzone/ringzone.yaml
  ringzone ctl reload example.com                         have the running server read it again`,
    );
  program.addCommand(inherit(program, serveCommand(exit)));
  program.addCommand(inherit(program, checkCommand(output, exit)));
  program.addCommand(inherit(program, convertCommand(output, exit)));
  program.addCommand(inherit(program, compareCommand(output, exit)));
  program.addCommand(inherit(program, ctlCommand(output, exit)));
  program.addCommand(inherit(program, tsigKeygenCommand(output, exit)));
  return program;
}

function inherit(program: Command, command: Command): Command {
  return command
    .copyInheritedSettings(program)
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError(`hint: ringzone ${command.name()} --help lists the options`);
}

function serveCommand(exit: Exit): Command {
  return new Command('serve')
    .description('Serve zones, in the foreground, until told to stop.')
    .option('-c, --config <FILE>', 'configuration, ringzone.yaml')
    .addOption(listOption('--zone <NAME=FILE>', 'serve this zone; may be given several times'))
    .addOption(listOption('--listen <ADDR:PORT>', 'answer here; may be given several times'))
    .option('--workers <N>', 'UDP workers, or auto: one per core')
    .option('--strict', 'do not start when a zone is refused, and refuse zones whose targets cannot be reached')
    .option('--takeover', 'start although another instance serves the same address')
    .option('--data-dir <DIR>', 'where journals and the copies of secondary zones are kept')
    .option('--control <SOCKET|false>', 'where ringzone ctl reaches it; /run/ringzone/control.sock by default')
    .option('--http <ADDR:PORT|false>', 'metrics and status page (no effect yet)')
    .addHelpText(
      'after',
      `
Without --config and --zone it looks for ./ringzone.yaml, then /etc/ringzone/ringzone.yaml; where there is neither, it
serves the example zones of the package on 127.0.0.1:5300. SIGHUP reloads, SIGTERM stops; ringzone ctl does more.
Exit code: 0 stopped on request, 1 could not start, 2 wrong usage.

Example:
  ringzone serve --zone example.com=zones/example.com --listen 127.0.0.1:5300`,
    )
    .action(async (options: ServeOptions) => {
      const { runServe } = await import('./serve.ts');
      exit(await runServe(options));
    });
}

function checkCommand(output: Output, exit: Exit): Command {
  return new Command('check')
    .description('Read zones as the server does and say what is wrong with them.')
    .usage('[-c FILE] | --zone NAME FILE [--print | --json] [--strict]')
    .argument('[FILE...]', 'the zone file, behind --zone NAME')
    .option('-c, --config <FILE>', 'check all zones of this configuration, and the configuration')
    .addOption(listOption('--zone <NAME>', 'check the file FILE as this zone'))
    .option('--print', 'print the canonical zone to stdout, a record a line; messages go to stderr')
    .addOption(new Option('--json', 'print the result as one JSON object').conflicts('print'))
    .option('--strict', 'targets that are aliases or have no address are errors')
    .addHelpText(
      'after',
      `
Without --config and --zone it looks for a configuration as serve does.
Exit code: 0 good (warnings allowed), 1 errors, 2 wrong usage.

Example:
  ringzone check --zone example.com zones/example.com`,
    )
    .action(async (files: readonly string[], options: Omit<CheckOptions, 'files'>) => {
      const { runCheck } = await import('./check.ts');
      exit(await runCheck({ ...options, files }, output));
    });
}

function convertCommand(output: Output, exit: Exit): Command {
  return new Command('convert')
    .description("Write BIND's named.conf as a ringzone.yaml that means the same, with its comments.")
    .argument('<FILE>', 'the named.conf; files that it includes are merged')
    .option('-o, --output <FILE>', 'write there instead of to stdout; a file that is there is not replaced')
    .option('--force', 'replace it')
    .addHelpText(
      'after',
      `
What is not kept stands in a comment, with the reason. serve -c reads a named.conf as it is: nothing has to be converted.
Exit code: 0 converted, 1 errors, 2 wrong usage.

Example:
  ringzone convert /etc/bind/named.conf -o /etc/ringzone/ringzone.yaml`,
    )
    .action(async (file: string, options: ConvertOptions) => {
      const { runConvert } = await import('./convert.ts');
      exit(await runConvert(file, options, output));
    });
}

function compareCommand(output: Output, exit: Exit): Command {
  return new Command('compare')
    .description('Ask two servers the same questions, all that the zones have, and show where their answers differ.')
    .usage('--bind ADDR:PORT --with ADDR:PORT (-c FILE | --zone NAME FILE) [--limit N] [--json]')
    .argument('[FILE...]', 'the zone file, behind --zone NAME')
    .requiredOption('--bind <ADDR:PORT>', 'the server that is right')
    .requiredOption('--with <ADDR:PORT>', 'the server that is compared with it')
    .option('-c, --config <FILE>', 'all zones of this ringzone.yaml or named.conf')
    .addOption(listOption('--zone <NAME>', 'the names of this zone, out of the file FILE'))
    .option('--limit <N>', 'show so many differences; 20 by default')
    .option('--rd', 'ask with RD set, as phones do; without it as resolvers do')
    .option('--json', 'print the result as one JSON object')
    .addHelpText(
      'after',
      `
Every owner is asked for each of its types, and each zone for name errors, no data, wildcards and what lies below cuts; over
UDP and TCP, without EDNS and with DO. What is harmless is counted by its kind. Progress is shown on a terminal.
Exit code: 0 no difference, 1 differences, 2 wrong usage or a server that does not answer.

Example:
  ringzone compare --bind 127.0.0.1:53 --with 127.0.0.1:5300 -c /etc/named.conf`,
    )
    .action(async (files: readonly string[], options: Omit<CompareOptions, 'files'>) => {
      const { runCompare } = await import('./compare.ts');
      exit(await runCompare({ ...options, files }, output));
    });
}

function ctlCommand(output: Output, exit: Exit): Command {
  const words = controlWords.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.padEnd(36)} ${summary}`);
  return new Command('ctl')
    .description("Tell a running server what to do, in rndc's words, and wait until it is done.")
    .usage('[-c FILE | --control SOCKET] COMMAND [ARGUMENT...]')
    .argument('<COMMAND...>', 'one of the words below, and what it takes')
    .option('-c, --config <FILE>', 'configuration of the server, which names its socket')
    .option('--control <SOCKET>', 'socket of the server')
    .option('--json', 'print the result as one JSON object')
    .option('--clean', 'of sync; -clean is read too')
    .addHelpText(
      'after',
      `
Commands:
${words.join('\n')}

A ZONE may be followed by its class and view. Without --config and --control the configuration is looked for as serve does.
Exit code: 0 done, 1 not done (the reason is printed) or no server, 2 wrong usage.

Example:
  ringzone ctl freeze example.com`,
    )
    .action(async (words: readonly string[], options: CtlOptions) => {
      const { runCtl } = await import('./ctl.ts');
      exit(await runCtl(words.map(withoutMark), options, output));
    });
}

function tsigKeygenCommand(output: Output, exit: Exit): Command {
  return new Command('tsig-keygen')
    .description('Print a new TSIG key, with a secret that nobody else has.')
    .argument('[NAME]', 'name of the key, a domain name', 'tsig-key')
    .option('-a, --algorithm <ALGORITHM>', 'hmac-sha256, -sha224, -sha384, -sha512, -sha1 or -md5', 'hmac-sha256')
    .addOption(new Option('--format <FORMAT>', 'whose configuration it is for').choices(keyFormats).default('bind'))
    .addHelpText(
      'after',
      `
The form of bind is read by Ringzone too (secret-file). Exit code: 0 good, 2 wrong usage.

Example:
  ringzone tsig-keygen transfer-key > /etc/ringzone/transfer.key`,
    )
    .action(async (name: string, options: { readonly algorithm: string; readonly format: KeyFormat }) => {
      const { runTsigKeygen } = await import('./tsig-keygen.ts');
      exit(await runTsigKeygen(name, options, output));
    });
}

/** An option that may be given several times, one value each. */
function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
}
