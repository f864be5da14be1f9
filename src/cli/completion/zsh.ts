/** Completion for zsh, by its function `_arguments`. */
import type { ArgumentEntry, CommandEntry, CommandTable, OptionEntry, ValueKind, WordEntry } from '../command-table.ts';

export function formatZsh({ name, options, commands }: CommandTable): string {
  return `#compdef ${name}
# zsh completion for ${name}, made by \`${name} completion zsh\`.

_${name}() {
  local curcontext=$curcontext state line ret=1
  typeset -A opt_args
  _arguments -C ${options.map(optionSpec).join(' ')} '1: :->command' '*:: :->rest' && ret=0
  case $state in
    command)
      local -a commands=(
${commands.map((command) => `        ${wordSpec(command)}`).join('\n')}
      )
      _describe -t commands 'command' commands && ret=0 ;;
    rest)
      curcontext="\${curcontext%:*:*}:${name}-$line[1]:"
      case $line[1] in
${commands.map((command) => commandCase(command)).join('\n')}
      esac ;;
  esac
  return ret
}

if [[ $funcstack[1] == _${name} ]]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
}

function commandCase(command: CommandEntry): string {
  const specs = [...command.options.map(optionSpec), ...argumentSpecs(command)];
  if (command.words.length === 0)
    return `        ${command.name})\n          _arguments ${specs.join(' ')} && ret=0 ;;`;
  return `        ${command.name})
          local -a words_of=(
${command.words.map((word) => `            ${wordSpec(word)}`).join('\n')}
          )
          _arguments ${specs.join(' ')} && ret=0
          [[ $state == word ]] && _describe -t words 'word' words_of && ret=0 ;;`;
}

function argumentSpecs({ words, arguments: args }: CommandEntry): string[] {
  if (words.length > 0) return ["'1: :->word'", "'*: :'"];
  return args.map((argument) => quote(`*:${plain(argument.name)}:${action(argument.value)}`));
}

function optionSpec({ short, long, summary, value, valueName, isRepeated }: OptionEntry): string {
  const many = isRepeated ? '*' : '';
  const what = `[${plain(summary)}]`;
  // Files stand behind the = there.
  const inFront = valueName === 'NAME=FILE' ? '{compset -P "*="; _files}' : undefined;
  const takes = value === undefined ? '' : `:${plain(valueName)}:${inFront ?? action(value)}`;
  if (short === undefined) return quote(`${many}${long}${what}${takes}`);
  const excluded = isRepeated ? "'*'" : quote(`(${short} ${long})`);
  return `${excluded}{${short},${long}}${quote(`${what}${takes}`)}`;
}

function action(value: ArgumentEntry['value'] | ValueKind): string {
  switch (value.kind) {
    case 'words':
      return `(${value.words.join(' ')})`;
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'other':
      return ' ';
  }
}

function wordSpec({ name, summary }: Pick<WordEntry, 'name' | 'summary'>): string {
  return quote(`${name}:${plain(summary)}`);
}

/** Brackets and colons mean something to _arguments. */
function plain(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
