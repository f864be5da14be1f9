/** What --help prints fits a terminal, and its examples are ones that the program takes. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { helpColumnsOf, wrapHelp } from '../../../src/cli/help-text.ts';
import { buildProgram, runProgram } from '../../../src/cli/main.ts';

const output = { stdout: new PassThrough(), stderr: new PassThrough() };
const program = buildProgram(output, () => undefined);
const names = program.commands.map((command) => command.name());

async function helpOf(...command: readonly string[]): Promise<string> {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  expect(await runProgram(['node', 'ringzone', ...command, '--help'], output)).toBe(0);
  return String(output.stdout.read());
}

test.each([[], ...names.map((name) => [name])])('%s: 80 columns, an exit code, an example', async (...command) => {
  const text = await helpOf(...command);
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(text).toMatch(/^Examples?:\n {2}ringzone /m);
  if (command.length > 0) expect(text).toMatch(/Exit\s+code:\s+0\s.*\b2\s+wrong\s+usage\b/s);
});

test('the options in the examples are options of their commands', async () => {
  for (const name of ['', ...names]) {
    const text = await helpOf(...(name === '' ? [] : [name]));
    const examples = text.slice(text.search(/^Examples?:$/m)).replaceAll('\\\n', '');
    const calls = [...examples.matchAll(/^ {2}ringzone (\S+)(.*)$/gm)];
    expect(calls.length).toBeGreaterThan(0);
    for (const [, called, rest = ''] of calls) {
      const command = program.commands.find((command) => command.name() === called);
      const known = command?.options.flatMap(({ short, long }) => [short, long]);
      for (const [option] of rest.replaceAll(/"[^"]*"/g, '').matchAll(/(?<= )--?[a-z][a-z-]*/g)) {
        expect(known, `ringzone ${called}${rest}`).toContain(option);
      }
    }
  }
});

test('prose is filled; examples, headings and exit codes keep their lines', () => {
  const word = 'word '.repeat(20).trim();
  const wrapped = wrapHelp(`\n${word}\nmore.\nExit code: 0 good.\n\nExample:\n  ${word} ${word}\n`);
  expect(wrapped).toBe(
    `\n${'word '.repeat(16).trim()}\n${'word '.repeat(4)}more.\nExit code: 0 good.\n\nExample:\n  ${word} ${word}\n`,
  );
});

test('a long term has its meaning below', () => {
  expect(
    helpColumnsOf(
      [
        ['a', 'b'],
        ['too long', 'c'],
      ],
      5,
    ),
  ).toBe('  a     b\n  too long\n        c');
});
