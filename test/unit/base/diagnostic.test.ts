/** What a person is told about a file. */
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';

const where = { severity: 'error', code: 'ZF99', message: 'wrong', file: 'a.zone', line: 3, hint: 'mend it' } as const;

test('the line, and a caret below its column', () => {
  expect(formatDiagnostic({ ...where, column: 3, sourceLine: 'a\tb' })).toBe(
    'a.zone:3:3: error: wrong [ZF99]\na\tb\n \t^\nhint: mend it',
  );
});

test.each(['', '   ', '\t'])('no caret below nothing: %j', (sourceLine) => {
  expect(formatDiagnostic({ ...where, column: 1, sourceLine })).toBe('a.zone:3:1: error: wrong [ZF99]\nhint: mend it');
});
