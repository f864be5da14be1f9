import { expect, test } from 'vitest';
import { ProgressLine } from '../../../../src/control/progress/progress-line.ts';

const restart = '\r\u001b[2K';

function makeStream(columns?: number) {
  const stream = {
    isTTY: true,
    columns,
    text: '',
    write(text: string) {
      stream.text += text;
    },
  };
  return stream;
}

/** A step each 50 ms for `ms`. */
function work(line: ProgressLine, clock: { now: number }, ms: number, text = 'half'): void {
  for (const end = clock.now + ms; clock.now < end; clock.now += 50) line.step(() => text);
}

test('nothing in the first second, then at most each 150 ms, and nothing is left', () => {
  const stream = makeStream();
  const clock = { now: 0 };
  const line = new ProgressLine(stream, () => clock.now, {});
  work(line, clock, 1000);
  line.clear();
  expect(stream.text).toBe('');
  work(line, clock, 600);
  expect(stream.text).toBe([1, 1, 1, 1].map((seconds) => `${restart}half, ${seconds} s`).join(''));
  stream.text = '';
  line.clear();
  line.clear();
  expect(stream.text).toBe(restart);
});

test('another work begins anew', () => {
  const stream = makeStream();
  const clock = { now: 0 };
  const line = new ProgressLine(stream, () => clock.now, {});
  clock.now = 5000;
  line.start();
  work(line, clock, 1000);
  expect(stream.text).toBe('');
});

test('a line is no longer than the terminal is wide, which would break it into two', () => {
  for (const columns of [20, 0, undefined]) {
    const stream = makeStream(columns);
    const clock = { now: 0 };
    const line = new ProgressLine(stream, () => clock.now, {});
    clock.now = 1000;
    line.step(() => 'x'.repeat(200));
    expect(stream.text).toBe(`${restart}${'x'.repeat((columns || 80) - 1)}`);
  }
});

test('silent without a stream, where it is no terminal, and on one that can not go back', () => {
  const stream = makeStream();
  const pipe = { ...makeStream(), isTTY: false };
  const clock = { now: 0 };
  const lines = [
    new ProgressLine(undefined, () => clock.now, {}),
    new ProgressLine(pipe, () => clock.now, {}),
    new ProgressLine(stream, () => clock.now, { TERM: 'dumb' }),
  ];
  clock.now = 9999;
  for (const line of lines) {
    expect(line.isSilent).toBe(true);
    line.step(() => 'text');
    line.clear();
  }
  expect(stream.text + pipe.text).toBe('');
});
