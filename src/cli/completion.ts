/** `ringzone completion`: the file that makes a shell complete commands, options and their values. */
import type { Command } from 'commander';
import { type CommandTable, describeProgram } from './command-table.ts';
import { formatBash } from './completion/bash.ts';
import { formatFish } from './completion/fish.ts';
import { formatZsh } from './completion/zsh.ts';
import { type Output, write } from './output.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

const formats: Readonly<Record<Shell, (table: CommandTable) => string>> = {
  bash: formatBash,
  zsh: formatZsh,
  fish: formatFish,
};

/** Resolves to the exit code. */
export async function runCompletion(shell: Shell, program: Command, output: Output): Promise<number> {
  await write(output.stdout, formats[shell](describeProgram(program)));
  return 0;
}
