import { describe, expect, test } from 'vitest';
import { editDistance } from '../../../../src/base/edit-distance.ts';
import { defaultListen } from '../../../../src/control/config/defaults.ts';
import { nearestWord } from '../../../../src/control/config/nearest-word.ts';
import { parseDuration, parseListen, parseSize, ValueProblem } from '../../../../src/control/config/values.ts';

describe('durations', () => {
  test.each([
    ['5s', 5000],
    ['500ms', 500],
    ['1w2d', 777_600_000],
    ['1h30m', 5_400_000],
    ['2M', 120_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each([5, '5', '5x', '', 's', '-5s', '1.5s', null])('%j is none', (text) =>
    expect(parseDuration(text)).toBeInstanceOf(ValueProblem),
  );
});

describe('sizes', () => {
  test.each([
    ['100M', 104_857_600],
    ['2k', 2048],
    ['1G', 1_073_741_824],
    ['12', 12],
    [4096, 4096],
    ['unlimited', undefined],
  ])('%s', (text, octets) => expect(parseSize(text)).toBe(octets));

  test.each(['', 'M', '1T', '-1', -1, 1.5, true, null])('%j is none', (text) =>
    expect(parseSize(text)).toBeInstanceOf(ValueProblem),
  );
});

describe('addresses to listen on', () => {
  test.each([
    ['0.0.0.0:53', 4, '0.0.0.0', 53],
    ['[::]:53', 6, '::', 53],
    ['127.0.0.1', 4, '127.0.0.1', 53],
    ['[2001:db8::1]', 6, '2001:db8::1', 53],
    ['2001:db8::1', 6, '2001:db8::1', 53],
    ['127.0.0.1:0', 4, '127.0.0.1', 0],
  ])('%s', (text, family, address, port) => expect(parseListen(text)).toEqual({ family, address, port }));

  test.each([
    '',
    ':53',
    '*:53',
    'localhost',
    '5300',
    '127.0.0.1:',
    '127.0.0.1:x',
    '[::1',
    '::1]:53',
    '1.2.3.4:5:6',
    'fe80::1%lo',
    53,
  ])('%j is none', (text) => expect(parseListen(text)).toBeInstanceOf(ValueProblem));
});

test('the nearest word', () => {
  expect(nearestWord('lisen', ['listen', 'user'])).toBe('listen');
  expect(nearestWord('fiel', ['file', 'type'])).toBe('file');
  expect(nearestWord('xyz', ['file', 'type'])).toBeUndefined();
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('ab', 'ba')).toBe(1);
});

test('by default it listens on all addresses of the families that the machine has', () => {
  const ipv4 = { family: 4, address: '0.0.0.0', port: 53 };
  expect(defaultListen(true)).toEqual([ipv4, { family: 6, address: '::', port: 53 }]);
  expect(defaultListen(false)).toEqual([ipv4]);
});
