import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { openFile } from '../../../src/zonefile/zone-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

function openingError(path: string): string | undefined {
  const opened = openFile(path);
  if (opened.ok) opened.value.close();
  return opened.ok ? undefined : opened.error.message;
}

test('what is no file is refused at once', () => {
  const pipe = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  mkdirSync(join(folder, 'folder'));
  expect(openingError(pipe)).toBe('it is no regular file');
  expect(openingError('/dev/zero')).toBe('it is no regular file');
  expect(openingError(join(folder, 'folder'))).toBe('it is a directory');
  expect(openingError(join(folder, 'nothing'))).toBe('no such file');
});

test('a file that grows while it is read is refused', () => {
  const file = join(folder, 'zone');
  writeFileSync(file, `$TTL 1\n${'a A 192.0.2.1\n'.repeat(100)}`);
  const diagnostics: Diagnostic[] = [];
  let records = 0;
  parseZone({
    file,
    apex: wireNameFrom('z.test.'),
    chunkOctets: 64,
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
    sink: {
      addRecord() {
        if (records++ === 0) appendFileSync(file, 'b A 192.0.2.1\n');
      },
    },
  });
  expect(diagnostics).toMatchObject([
    { severity: 'error', code: 'ZF01', message: `cannot read ${file}: it changed while it was read` },
  ]);
});

test('an empty file has no records and no problem of its own', () => {
  const file = join(folder, 'empty');
  writeFileSync(file, '');
  const sink = { addRecord: () => expect.unreachable() };
  const onDiagnostic = () => expect.unreachable();
  expect(parseZone({ file, apex: wireNameFrom('z.test.'), sink, onDiagnostic }).errors).toBe(0);
});
