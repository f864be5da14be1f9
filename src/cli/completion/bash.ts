/** Completion for bash 4 and newer, with nothing but what bash itself has. */
import type { CommandEntry, CommandTable, OptionEntry, ValueKind } from '../command-table.ts';

export function formatBash(table: CommandTable): string {
  const { name, commands, options } = table;
  const withValue = [...options, ...commands.flatMap((command) => command.options)].filter(hasValue).flatMap(spellings);
  return `# bash completion for ${name}, made by \`${name} completion bash\`.

_${name}_words()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# Readline's own, which knows about blanks and ~.
_${name}_files()
{
    COMPREPLY=()
    compopt -o default
}

_${name}_folders()
{
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -d -- "$cur")
}

_${name}()
{
    local cur=\${COMP_WORDS[COMP_CWORD]} command= first= option= assigned= i before=$((COMP_CWORD - 1))
    COMPREPLY=()
    # Readline takes --config=FILE for three words, and NAME=FILE too.
    if [[ $cur == "=" ]]; then
        cur= assigned=yes
    elif [[ \${COMP_WORDS[before]} == "=" ]]; then
        ((before--))
        assigned=yes
    fi
    option=\${COMP_WORDS[before]}
    [[ $assigned && $option != -* ]] && option=\${COMP_WORDS[before-1]}
    # The command, and its first argument: words that are neither options nor what belongs to one.
    for ((i = 1; i < COMP_CWORD; i++)); do
        case \${COMP_WORDS[i]} in
            ${[...new Set(withValue)].join('|')})
                [[ \${COMP_WORDS[i+1]} == "=" ]] || ((i++)) ;;
            =|:*) ((i++)) ;;
            -*) ;;
            *)
                if [[ -z $command ]]; then command=\${COMP_WORDS[i]}
                elif [[ -z $first ]]; then first=\${COMP_WORDS[i]}
                fi ;;
        esac
    done

    case $command in
        '')
            case $cur in
                -*) _${name}_words "${spelled(options)}" ;;
                *) _${name}_words "${commands.map((command) => command.name).join(' ')}" ;;
            esac ;;
${commands.map((command) => commandCase(name, command)).join('\n')}
    esac
}

complete -F _${name} ${name}
`;
}

function commandCase(program: string, command: CommandEntry): string {
  const lines = [`        ${command.name})`];
  const values = command.options.filter(hasValue);
  if (values.length > 0) {
    lines.push('            case $option in');
    for (const [action, options] of Map.groupBy(values, ({ value }) => valueAction(program, value))) {
      lines.push(`                ${options.flatMap(spellings).join('|')}) ${action}return ;;`);
    }
    lines.push('            esac');
  }
  lines.push(`            case $cur in`);
  lines.push(`                -*) _${program}_words "${spelled(command.options)}" ;;`);
  const action = argumentAction(program, command);
  if (action !== undefined) lines.push(`                *) ${action};;`);
  return [...lines, '            esac ;;'].join('\n');
}

function argumentAction(program: string, { words, arguments: args }: CommandEntry): string | undefined {
  if (words.length > 0) {
    return `[[ -z $first ]] && _${program}_words "${words.map(({ name }) => name).join(' ')}" `;
  }
  const [argument] = args;
  if (argument === undefined || argument.value.kind === 'other') return undefined;
  return valueAction(program, argument.value);
}

/** With its semicolon; '' where there is nothing to complete. */
function valueAction(program: string, value: ValueKind | undefined): string {
  switch (value?.kind) {
    case 'words':
      return `_${program}_words "${value.words.join(' ')}"; `;
    case 'file':
      return `_${program}_files; `;
    case 'folder':
      return `_${program}_folders; `;
    case 'other':
    case undefined:
      return '';
  }
}

function hasValue({ value }: OptionEntry): boolean {
  return value !== undefined;
}

function spellings({ short, long }: OptionEntry): string[] {
  return short === undefined ? [long] : [short, long];
}

function spelled(options: readonly OptionEntry[]): string {
  return options.flatMap(spellings).join(' ');
}
