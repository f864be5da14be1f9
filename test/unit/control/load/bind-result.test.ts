import { expect, test } from 'vitest';
import type { Diagnostic } from '../../../../src/base/diagnostic.ts';
import { refusalLine } from '../../../../src/control/load/bind-result.ts';

const of = (code: string): readonly Diagnostic[] => [
  { severity: 'warning', code: 'ZF02', message: '' },
  { severity: 'error', code, message: '' },
];

test('a zone that is none has a line of its own, or has been told of already', () => {
  expect(refusalLine('x.test/IN', 'f', of('ZC01'), 'o')).toBe('zone x.test/IN: has 0 SOA records');
  expect(refusalLine('x.test/IN', 'f', of('ZC04'), 'o')).toBe('zone x.test/IN: has no NS records');
  expect(refusalLine('x.test/IN', 'f', of('ZC09'), 'o')).toBeUndefined();
  expect(refusalLine('x.test/IN', 'f', of('ZC29'), '1 error')).toBe(
    'zone x.test/IN: loading from master file f failed: 1 error',
  );
});
