import { expect, test } from 'vitest';
import { hasColours } from '../../../src/base/colours.ts';

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  // An empty value says nothing (no-color.org).
  [true, { NO_COLOR: '' }, true],
  [true, { NODE_DISABLE_COLORS: '1' }, false],
  [true, { TERM: 'dumb' }, false],
  [true, { TERM: 'xterm' }, true],
  [false, { FORCE_COLOR: '1' }, true],
  [false, { FORCE_COLOR: 'true' }, true],
  [false, { FORCE_COLOR: '' }, false],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { FORCE_COLOR: 'false' }, false],
  // As Node has it.
  [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
])('terminal: %s, %j', (isTTY, env, expected) => {
  expect(hasColours({ isTTY }, env)).toBe(expected);
});

test('a stream that knows of no terminal has none', () => {
  expect(hasColours({}, {})).toBe(false);
});
