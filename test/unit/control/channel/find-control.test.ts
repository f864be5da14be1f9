import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findControl } from '../../../../src/control/channel/find-control.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-find-'));
afterAll(() => rmSync(folder, { recursive: true }));

function find(text: string, name = 'ringzone.yaml') {
  const path = join(folder, name);
  writeFileSync(path, text);
  return findControl(path);
}

test('the socket that the configuration names, from its folder', () => {
  expect(find('control: run/c.sock\n')).toEqual({ ok: true, value: join(folder, 'run/c.sock') });
  expect(find('control: /c.sock\n')).toEqual({ ok: true, value: '/c.sock' });
});

test('else the usual one', () => {
  expect(find('zones: {}\n')).toEqual({ ok: true, value: '/run/ringzone/control.sock' });
  expect(find('')).toEqual({ ok: true, value: '/run/ringzone/control.sock' });
  expect(find('options { };\n', 'named.conf')).toEqual({ ok: true, value: '/run/ringzone/control.sock' });
});

test('also in one that is just being edited', () => {
  expect(find('control: /c.sock\nzones: { a.test: [ }\nlisen: 3\n')).toEqual({ ok: true, value: '/c.sock' });
});

test('none where there is none', () => {
  expect(find('control: false\n')).toMatchObject({
    ok: false,
    error: expect.stringMatching(/turns the control socket off/),
  });
  expect(findControl(join(folder, 'gone.yaml'))).toMatchObject({
    ok: false,
    error: expect.stringMatching(/no such file/),
  });
});
