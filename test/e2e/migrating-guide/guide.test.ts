/** The reader of the guide sees what would be missed otherwise. */
import { expect, test } from 'vitest';
import { parseGuide, splitCommands } from './guide.ts';
import { agrees } from './output.ts';

test('files, commands, and what these print, also in lists', () => {
  const markdown = [
    '```text file=/etc/a',
    'one',
    '```',
    '* so:',
    '',
    '  ```sh',
    '  echo 1',
    '  ```',
    '',
    '  ```',
    '  1',
    '  ```',
    '```yaml',
    'for: the eye',
    '```',
    '```sh',
    'true',
    '```',
  ].join('\n');
  expect(parseGuide(markdown)).toEqual([
    { kind: 'file', line: 2, path: '/etc/a', text: 'one\n' },
    { kind: 'commands', line: 7, commands: ['echo 1'], output: '1\n' },
    { kind: 'commands', line: 17, commands: ['true'], output: undefined },
  ]);
});

test('a fence that is open, and output of nothing, are faults', () => {
  expect(() => parseGuide('```sh\ntrue\n')).toThrow('line 1: the fence is not closed');
  expect(() => parseGuide('```\n1\n```\n')).toThrow('line 2: output of what?');
});

test('commands over several lines', () => {
  expect(splitCommands("a\nb \\\n  c\ncat > f <<'END'\nd\n\nEND\ne\n")).toEqual([
    'a',
    'b \\\n  c',
    "cat > f <<'END'\nd\n\nEND",
    'e',
  ]);
  expect(() => splitCommands("cat <<'END'\n")).toThrow('a command has no end');
});

test.each([
  ['the same', 'a\nb\n', 'a\nb\n', true],
  ['another line', 'a\nc\n', 'a\nb\n', false],
  ['a line more', 'a\nb\nc\n', 'a\nb\n', false],
  ['a line less', 'a\n', 'a\nb\n', false],
  ['lines left out', 'a\n1\n2\nb\n', 'a\n...\nb\n', true],
  ['lines left out at the end, others before', 'c\n1\n', 'a\n...\n', false],
  ['dots and stars stand for themselves', 'aXb\n', 'a.b\n', false],
  [
    'time and port',
    '01-Jan-2027 00:00:00.001 x: client @0x1 127.0.0.1#5\n',
    '22-Nov-2026 20:40:24.838 x: client @0xf 127.0.0.1#9\n',
    true,
  ],
  ['no time', 'x: client @0x1 127.0.0.1#5\n', '22-Nov-2026 20:40:24.838 x: client @0xf 127.0.0.1#9\n', false],
])('output agrees: %s', (_, output, shown, isSame) => {
  expect(agrees(output, shown)).toBe(isSame);
});
