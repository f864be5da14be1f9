/** What docs/migrating-from-bind.md has its reader do: files, commands, and what these print. */

/** A fence with `file=PATH` shows a file; one of `sh` is run; one without a language behind it is what that prints. */
export type Step =
  | { readonly kind: 'file'; readonly line: number; readonly path: string; readonly text: string }
  | {
      readonly kind: 'commands';
      readonly line: number;
      readonly commands: readonly string[];
      /** `undefined`: not shown. */
      readonly output: string | undefined;
    };

/** Parse the fences of a markdown text, in order. Other languages than `sh`, without `file=`, are for the eye. */
export function parseGuide(markdown: string): Step[] {
  const steps: Step[] = [];
  for (const { info, text, line } of fencesOf(markdown)) {
    const path = /\bfile=(\S+)/.exec(info)?.[1];
    const last = steps.at(-1);
    if (path !== undefined) steps.push({ kind: 'file', line, path, text });
    else if (info === 'sh') steps.push({ kind: 'commands', line, commands: splitCommands(text), output: undefined });
    else if (info === '') {
      if (last?.kind !== 'commands' || last.output !== undefined) throw new Error(`line ${line}: output of what?`);
      steps[steps.length - 1] = { ...last, output: text };
    }
  }
  return steps;
}

interface Fence {
  readonly info: string;
  readonly text: string;
  /** Of its first line of text, from 1. */
  readonly line: number;
}

function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  const lines = markdown.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const [, indent = '', info = ''] = /^( *)```(.*)$/.exec(lines[i] as string) ?? [];
    if (!/^ *```/.test(lines[i] as string)) continue;
    const end = lines.indexOf(`${indent}\`\`\``, i + 1);
    if (end < 0) throw new Error(`line ${i + 1}: the fence is not closed`);
    const text = lines.slice(i + 1, end).map((line) => `${line.slice(indent.length)}\n`);
    fences.push({ info, text: text.join(''), line: i + 2 });
    i = end;
  }
  return fences;
}

/** A command a line; lines go on behind a backslash, and through a here-document. */
export function splitCommands(text: string): string[] {
  const commands: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    open += open === '' ? line : `\n${line}`;
    const hereDocument = /<<'(\w+)'/.exec(open)?.[1];
    const isOpen = line.endsWith('\\') || (hereDocument !== undefined && line !== hereDocument);
    if (isOpen || open === '') continue;
    commands.push(open);
    open = '';
  }
  if (open !== '') throw new Error(`a command has no end: ${open}`);
  return commands;
}
