/** Completion for fish. */
import type { CommandEntry, CommandTable, OptionEntry, ValueKind } from '../command-table.ts';

export function formatFish({ name, options, commands }: CommandTable): string {
  const begin = `complete -c ${name}`;
  return [
    `# fish completion for ${name}, made by \`${name} completion fish\`.`,
    `${begin} -f`,
    ...options.map((option) => `${begin} -n __fish_use_subcommand ${optionWords(option)}`),
    ...commands.map(
      (command) => `${begin} -n __fish_use_subcommand -a ${command.name} -d ${quote(sentence(command.summary))}`,
    ),
    ...commands.flatMap((command) => commandLines(begin, command)),
    '',
  ].join('\n');
}

function commandLines(begin: string, command: CommandEntry): string[] {
  const seen = `__fish_seen_subcommand_from ${command.name}`;
  const lines = command.options.map((option) => `${begin} -n ${quote(seen)} ${optionWords(option)}`);
  const names = command.words.map(({ name }) => name).join(' ');
  for (const { name, summary } of command.words) {
    const isFirst = quote(`${seen}; and not __fish_seen_subcommand_from ${names}`);
    lines.push(`${begin} -n ${isFirst} -a ${name} -d ${quote(summary)}`);
  }
  const [argument] = command.words.length > 0 ? [] : command.arguments;
  if (argument !== undefined && argument.value.kind !== 'other') {
    lines.push(`${begin} -n ${quote(seen)} ${valueWords(argument.value)}`);
  }
  return lines;
}

function optionWords({ short, long, summary, value }: OptionEntry): string {
  const words = [
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    ...(value === undefined ? [] : ['-r', valueWords(value)]),
    `-d ${quote(summary)}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}

function valueWords(value: ValueKind): string {
  switch (value.kind) {
    case 'words':
      return `-a ${quote(value.words.join(' '))}`;
    case 'file':
      return '-F';
    case 'folder':
      return `-a ${quote('(__fish_complete_directories)')}`;
    case 'other':
      return '';
  }
}

function sentence(text: string): string {
  return text.replace(/\.$/, '');
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
