/** The program: its commands, their options and help. Each command's code is loaded when it is called. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { isSwitch } from '../control/channel/switches.ts';
import { controlWords } from '../control/channel/words.ts';
import { packageVersion } from '../control/package-root.ts';
import type { CheckOptions } from './check.ts';
import type { CompareOptions } from './compare.ts';
import type { Shell } from './completion.ts';
import type { ConvertOptions } from './convert.ts';
import type { CtlOptions } from './ctl.ts';
import { helpColumnsOf, wrapHelp } from './help-text.ts';
import type { InitOptions } from './init.ts';
import { type Output, write } from './output.ts';
import type { ResolveOptions } from './resolve.ts';
import type { ServeOptions } from './serve.ts';
import { type KeyFormat, keyFormats } from './tsig-key-formats.ts';

const wrongUsage = 2;

/** The program as bin starts it: run the command that process.argv names and leave its exit code in process.exitCode. */
export async function main(argv: readonly string[]): Promise<void> {
  // `ringzone check --print | head` ends without a stack, and so does a full disk.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    process.stderr.write(`error: cannot write the output: ${error.message}\n`);
    process.exit(1);
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

/** The table of all commands, from which help, completion and the manual are made. */
export function buildProgram(output: Output, exit: Exit): Command {
  const program = new Command('ringzone')
    .description('Authoritative DNS server for telephone systems.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--no-color', noColorText)
    .hook('preAction', (program, command) => {
      if (program.opts().color === false || command.opts().color === false) turnColoursOff();
    })
    .showHelpAfterError('hint: ringzone --help lists the commands and options')
    .configureOutput({
      writeOut: (text) => output.stdout.write(text),
      writeErr: (text) => output.stderr.write(text),
    })
    .exitOverride()
    .addHelpText(
      'after',
      wrapHelp(`
Examples:
  ringzone init                            write a first zone and configuration
  ringzone check -c /etc/named.conf        is all of it good?
  ringzone serve --zone example.com=FILE   serve it on 127.0.0.1:5300
  ringzone serve -c /etc/named.conf        BIND's own configuration, as it is
  ringzone ctl reload example.com          have the server read the zone again`),
    );
  program.addCommand(inherit(program, initCommand(output, exit)));
  program.addCommand(inherit(program, serveCommand(exit)));
  program.addCommand(inherit(program, checkCommand(output, exit)));
  program.addCommand(inherit(program, convertCommand(output, exit)));
  program.addCommand(inherit(program, compareCommand(output, exit)));
  program.addCommand(inherit(program, ctlCommand(output, exit)));
  program.addCommand(inherit(program, resolveCommand(output, exit)));
  program.addCommand(inherit(program, tsigKeygenCommand(output, exit)));
  program.addCommand(inherit(program, completionCommand(output, exit, program)));
  return program;
}

const noColorText = 'print no colours; the same as NO_COLOR=1';

/** For this process and its threads. */
function turnColoursOff(): void {
  process.env.NO_COLOR = '1';
  delete process.env.FORCE_COLOR;
}

function inherit(program: Command, command: Command): Command {
  return command
    .copyInheritedSettings(program)
    .helpOption('-h, --help', 'print this help')
    .option('--no-color', noColorText)
    .showHelpAfterError(`hint: ringzone ${command.name()} --help lists the options`);
}

function initCommand(output: Output, exit: Exit): Command {
  return new Command('init')
    .description('Write a first zone and a first ringzone.yaml; asks for what no option says.')
    .option('--domain <DOMAIN>', 'what stands behind the @ of the SIP addresses')
    .addOption(listOption('--server <NAME=ADDR>', 'a SIP server; may be given several times, see below'))
    .addOption(listOption('--backup <NAME=ADDR>', 'one for when all servers fail; may be given several times'))
    .option('--transport <LIST>', 'udp, tcp, tls, several with commas; udp,tcp by default')
    .option('--naptr', 'NAPTR records too, which tell phones what transports there are')
    .addOption(
      listOption('--ns <NAME=ADDR>', 'a name server of the zone; ns1 with the address of this host by default'),
    )
    .addOption(listOption('--listen <ADDR:PORT>', 'where the server answers; 127.0.0.1:5300 by default'))
    .option('--dir <DIR>', 'write into this folder; the working directory by default')
    .option('--force', 'replace files that are there')
    .addHelpText(
      'after',
      wrapHelp(`
A server is NAME=ADDR[:PORT], and what follows with commas: more addresses, \`weight N\` (its share), \`tls-port N\`. Without NAME it is
called sip1, sip2 and so on; a host of another domain is its name alone. What is written passes ringzone check.
Exit code: 0 written, 1 not written, 2 wrong usage.

Examples:
  ringzone init
  ringzone init --domain example.com --server "sip1=192.0.2.11,weight 40" \\
    --server "sip2=192.0.2.12,weight 60" --backup 192.0.2.13`),
    )
    .action(async (options: InitOptions) => {
      const { runInit } = await import('./init.ts');
      exit(await runInit(options, output));
    });
}

function completionCommand(output: Output, exit: Exit, program: Command): Command {
  return new Command('completion')
    .description('Print what makes a shell complete the commands and options of ringzone.')
    .addArgument(new Argument('<SHELL>', 'bash, zsh or fish').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      wrapHelp(`
It takes effect in shells that are started afterwards; for zsh, ~/.zfunc has to be in fpath before compinit. Exit code: 0 printed, 2 wrong usage.

Examples:
  ringzone completion bash > ~/.local/share/bash-completion/completions/ringzone
  ringzone completion zsh > ~/.zfunc/_ringzone
  ringzone completion fish > ~/.config/fish/completions/ringzone.fish`),
    )
    .action(async (shell: Shell) => {
      const { runCompletion } = await import('./completion.ts');
      exit(await runCompletion(shell, program, output));
    });
}

function serveCommand(exit: Exit): Command {
  return new Command('serve')
    .description('Serve zones, in the foreground, until told to stop.')
    .option('-c, --config <FILE>', "configuration: ringzone.yaml, or BIND's named.conf")
    .addOption(listOption('--zone <NAME=FILE>', 'serve this zone; may be given several times'))
    .addOption(listOption('--listen <ADDR:PORT>', 'answer here; may be given several times'))
    .option('--workers <N>', 'UDP workers, or auto: one per core')
    .option('--strict', 'do not start when a zone is refused, and refuse zones whose targets cannot be reached')
    .option(
      '--takeover [SOCKET]',
      'take the place of the server that runs, without losing a question; SOCKET: where that one is controlled',
    )
    .option('--trial', 'leave alone what the configuration shares with the server that runs with it; see below')
    .option('--data-dir <DIR>', 'where journals and the copies of secondary zones are kept')
    .option('--control <SOCKET|false>', 'where ringzone ctl reaches it; /run/ringzone/control.sock by default')
    .option('--http <ADDR:PORT|false>', 'where statistics are given; 127.0.0.1:8053 by default')
    .addHelpText(
      'after',
      wrapHelp(`
Without --config and --zone it looks for ./ringzone.yaml, then /etc/ringzone/ringzone.yaml; where there is neither, it
serves the example zones of the package on 127.0.0.1:5300. SIGHUP reloads, SIGUSR1 opens the
log files again, SIGTERM stops; ringzone ctl does more.

A trial runs beside the server that has the same configuration, on --listen alone: logs go to stderr, data to a temporary folder that is removed at the end; there is no NOTIFY, no UPDATE, no
DNS over TLS, no dnstap, and neither control socket nor HTTP unless given here. Secondary zones are transferred.

Exit code: 0 stopped on request, 1 could not start, 2 wrong usage.

Examples:
  ringzone serve --zone example.com=zones/example.com --listen 127.0.0.1:5300
  ringzone serve -c /etc/named.conf --trial --listen 127.0.0.1:5300`),
    )
    .action(async (options: ServeOptions) => {
      const { runServe } = await import('./serve.ts');
      exit(await runServe(options));
    });
}

function checkCommand(output: Output, exit: Exit): Command {
  return new Command('check')
    .description('Read zones as the server does and say what is wrong with them.')
    .usage('[-c FILE | --zone NAME FILE] [--print | --json] [--strict]')
    .argument('[FILE...]', 'the zone file, behind --zone NAME')
    .option('-c, --config <FILE>', 'check all zones of this configuration, and the configuration')
    .addOption(listOption('--zone <NAME>', 'check the file FILE as this zone'))
    .option('--print', 'print the canonical zone to stdout, a record a line; messages go to stderr')
    .addOption(new Option('--json', 'print the result as one JSON object').conflicts('print'))
    .option('--strict', 'targets that are aliases or have no address are errors')
    .addHelpText(
      'after',
      wrapHelp(`
Without --config and --zone it looks for a configuration as serve does.
Exit code: 0 good (warnings allowed), 1 errors, 2 wrong usage.

Examples:
  ringzone check -c /etc/named.conf
  ringzone check --zone example.com zones/example.com`),
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
      wrapHelp(`
What is not kept stands in a comment, with the reason. serve -c reads a named.conf as it is: nothing has to be converted.
Exit code: 0 converted, 1 errors, 2 wrong usage.

Example:
  ringzone convert /etc/bind/named.conf -o /etc/ringzone/ringzone.yaml`),
    )
    .action(async (file: string, options: ConvertOptions) => {
      const { runConvert } = await import('./convert.ts');
      exit(await runConvert(file, options, output));
    });
}

function compareCommand(output: Output, exit: Exit): Command {
  return new Command('compare')
    .description('Ask two servers the same questions, all that the zones have, and show where their answers differ.')
    .usage('--bind ADDR:PORT --with ADDR:PORT [options] [FILE...]')
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
      wrapHelp(`
Every owner is asked for each of its types, and each zone for name errors, no data, wildcards and what lies below cuts; over
UDP and TCP, without EDNS and with DO. What is harmless is counted by its kind. Progress is shown on a terminal.
Exit code: 0 no difference, 1 differences, 2 wrong usage or a server that does not answer.

Examples:
  ringzone compare --bind 127.0.0.1:53 --with 127.0.0.1:5300 -c /etc/named.conf
  ringzone compare --bind 192.0.2.1:53 --with 192.0.2.2:53 --zone a.test a.zone`),
    )
    .action(async (files: readonly string[], options: Omit<CompareOptions, 'files'>) => {
      const { runCompare } = await import('./compare.ts');
      exit(await runCompare({ ...options, files }, output));
    });
}

function ctlCommand(output: Output, exit: Exit): Command {
  // That a zone has a class and a view is said below, once.
  const forms = controlWords.map(({ name, usage, summary }): [string, string] => {
    return [`${name} ${usage.replace(' [CLASS [VIEW]]', '')}`, summary];
  });
  return new Command('ctl')
    .description("Tell a running server what to do, in rndc's words, and wait until it is done.")
    .usage('[-c FILE | --control SOCKET] COMMAND [ARGUMENT...]')
    .argument('<COMMAND...>', 'one of the words below, and what it takes')
    .option('-c, --config <FILE>', 'configuration of the server, which names its socket')
    .option(
      '--control <SOCKET>',
      'socket of the server; by default what the configuration names, or /run/ringzone/control.sock',
    )
    .option('--json', 'print the result as one JSON object')
    .option('--clean', 'of sync and delzone; -clean is read too')
    .addHelpText(
      'after',
      wrapHelp(`
Commands:
${helpColumnsOf(forms, 25)}

A ZONE may be followed by its class and view (IN inside). Without --config and --control the configuration is looked for as serve does.
Exit code: 0 done, 1 not done (the reason is printed) or no server, 2 wrong usage.

Examples:
  ringzone ctl status
  ringzone ctl reload example.com IN inside
  ringzone ctl --control /run/trial.sock stop`),
    )
    .action(async (words: readonly string[], options: CtlOptions) => {
      const { runCtl } = await import('./ctl.ts');
      exit(await runCtl(words.map(withoutMark), options, output));
    });
}

function resolveCommand(output: Output, exit: Exit): Command {
  return new Command('resolve')
    .description('Show where calls go: the look-ups of a SIP client by RFC 3263, and the share of each server.')
    .argument('<TARGET>', 'a SIP URI or a domain, as phones are set to')
    .option('--server <ADDR:PORT>', "the DNS server to ask; the system's by default")
    .option('--as <CLIENT>', 'whose habits: rfc by default; several with commas, or all')
    .option('--calls <N>', 'play so many calls, each with a question of its own, and show the shares')
    .option('--cache', 'ask once and keep the answer, as a resolver in front of the phones does')
    .addOption(listOption('--down <HOST[:PORT]>', 'take this server for dead; may be given several times'))
    .addOption(listOption('--expect <HOST=WEIGHT>', "the zone's weight, where the server rewrites it; several times"))
    .option('--seed <N>', 'repeat the draws of an earlier run')
    .option('--json', 'print the result as one JSON object')
    .option('--plot <FILE>', 'draw the shares into this file, as SVG')
    .addHelpText(
      'after',
      wrapHelp(`
CLIENT: yealink, cisco, aastra, snom, pjsip, sofia, asterisk, baresip, linphone, naive (the first record), rfc (RFC 3263).
Dead servers are silent: who gets through, and after how long, is told by the timers of each client. What is known of each
client, and from where, is in docs/resolve.md. Exit code: 0 a server is reached, 1 none is, 2 wrong usage.

Examples:
  ringzone resolve sip:example.com --as yealink
  ringzone resolve example.com --as all --calls 10000 --plot shares.svg
  ringzone resolve example.com --server 127.0.0.1:5300 --as pjsip
  ringzone resolve example.com --as snom --calls 1000 --down sip1.example.com`),
    )
    .action(async (target: string, options: ResolveOptions) => {
      const { runResolve } = await import('./resolve.ts');
      exit(await runResolve(target, options, output));
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
      wrapHelp(`
The form of bind is read by Ringzone too (secret-file). Exit code: 0 good, 2 wrong usage.

Example:
  ringzone tsig-keygen transfer-key > /etc/ringzone/transfer.key`),
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
