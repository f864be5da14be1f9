/** What commander knows of the program, as data: completion and manual are made from it, so that they can't fall behind. */
import type { EventEmitter } from 'node:events';
import type { Command, Option } from 'commander';
import { controlWords } from '../control/channel/words.ts';
import { profileNames } from '../sip/profiles/table.ts';
import { tsigAlgorithmNames } from '../tsig/tsig-algorithm.ts';

/** What stands behind an option, or as an argument. */
export type ValueKind =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  /** Nobody else knows it. */
  | { readonly kind: 'other' };

export interface OptionEntry {
  /** As in the help: `-c, --config <FILE>`. */
  readonly flags: string;
  /** `-c`; not all have one. */
  readonly short: string | undefined;
  readonly long: string;
  readonly summary: string;
  /** `undefined`: it takes no value. */
  readonly value: ValueKind | undefined;
  /** `FILE`; '' where it takes no value. */
  readonly valueName: string;
  readonly isRepeated: boolean;
}

export interface ArgumentEntry {
  readonly name: string;
  readonly summary: string;
  readonly value: ValueKind;
}

/** A word with its meaning: of `ctl`, and the names of the commands. */
export interface WordEntry {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
}

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Behind the name. */
  readonly usage: string;
  readonly options: readonly OptionEntry[];
  readonly arguments: readonly ArgumentEntry[];
  /** What its first argument can be; of `ctl` alone. */
  readonly words: readonly WordEntry[];
  /** What stands below the options in its help. */
  readonly text: string;
}

export interface CommandTable {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly options: readonly OptionEntry[];
  readonly commands: readonly CommandEntry[];
  readonly text: string;
}

export function describeProgram(program: Command): CommandTable {
  return {
    name: program.name(),
    version: program.version() ?? '',
    summary: program.description(),
    options: optionsOf(program),
    commands: [...program.commands.map(describeCommand), helpCommand(program)],
    text: textBelow(program),
  };
}

function describeCommand(command: Command): CommandEntry {
  return {
    name: command.name(),
    summary: command.description(),
    usage: command.usage(),
    options: optionsOf(command),
    arguments: command.registeredArguments.map((argument) => {
      const name = argument.name();
      return { name, summary: argument.description, value: valueKind(name, argument.argChoices) };
    }),
    words: command.name() === 'ctl' ? controlWords : [],
    text: textBelow(command),
  };
}

/** Commander keeps it apart. */
function helpCommand(program: Command): CommandEntry {
  const words = program.commands.map((command) => command.name());
  return {
    name: 'help',
    summary: 'Print the help of a command.',
    usage: '[COMMAND]',
    options: [],
    arguments: [{ name: 'COMMAND', summary: 'the command', value: { kind: 'words', words } }],
    words: [],
    text: '',
  };
}

function optionsOf(command: Command): OptionEntry[] {
  return command.createHelp().visibleOptions(command).map(describeOption);
}

function describeOption(option: Option): OptionEntry {
  const valueName = /[<[]([^>\]]+)/.exec(option.flags)?.[1] ?? '';
  return {
    flags: option.flags,
    short: option.short,
    long: option.long ?? option.flags,
    summary: option.description,
    value: valueName === '' ? undefined : valueKind(valueName, option.argChoices),
    valueName,
    isRepeated: /several times/.test(option.description),
  };
}

/** The names in the help tell what a value is. */
function valueKind(name: string, choices: readonly string[] | undefined): ValueKind {
  if (choices !== undefined) return { kind: 'words', words: choices };
  switch (name) {
    case 'FILE':
    case 'SOCKET':
    case 'SOCKET|false':
    case 'NAME=FILE':
      return { kind: 'file' };
    case 'DIR':
      return { kind: 'folder' };
    case 'CLIENT':
      return { kind: 'words', words: ['all', ...profileNames] };
    case 'ALGORITHM':
      return { kind: 'words', words: tsigAlgorithmNames };
    case 'LIST':
      return { kind: 'words', words: ['udp', 'tcp', 'tls', 'udp,tcp', 'udp,tcp,tls'] };
    default:
      return { kind: 'other' };
  }
}

/** Commander keeps it in the listeners of this event. */
function textBelow(command: Command): string {
  let text = '';
  (command as Command & EventEmitter).emit('afterHelp', {
    error: false,
    command,
    write: (part: string) => {
      text += part;
    },
  });
  return text.trim();
}
