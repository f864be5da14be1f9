import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseZoneBlock } from '../../../../src/control/added-zones/zone-block.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-block-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function primariesOf(block: string, conf: string | undefined): unknown {
  const file = join(folder, 'named.conf');
  if (conf !== undefined) writeFileSync(file, conf);
  const parsed = parseZoneBlock('a.test', block, 'addzone', folder, conf === undefined ? undefined : file);
  return parsed.ok ? parsed.value.settings.primaries : parsed.error.map(({ message }) => message);
}

const block = '{ type secondary; primaries { 192.0.2.1; }; };';

test("a named.conf's server statement says with which key a zone in a block is asked for", () => {
  const server = 'key k { algorithm hmac-sha256; secret "AAAA"; };\nserver 192.0.2.0/24 { keys { k; }; };\n';
  expect(primariesOf(block, server)).toEqual([{ address: '192.0.2.1', key: 'k' }]);
  expect(primariesOf(block, 'options { recursion no; };\n')).toEqual([{ address: '192.0.2.1' }]);
  // Broken since the server has read it.
  expect(primariesOf(block, `${server}options {`)).toEqual([{ address: '192.0.2.1' }]);
  expect(primariesOf(block, undefined)).toEqual([{ address: '192.0.2.1' }]);
});

test("a named.conf's tls statements can be named", () => {
  const named = '{ type secondary; primaries { 192.0.2.1 tls t; }; };';
  const tls = 'tls t { remote-hostname "ns.test"; };\n';
  expect(primariesOf(named, tls)).toEqual([{ address: '192.0.2.1', tls: { hostname: 'ns.test' } }]);
  expect(primariesOf(named, undefined)).toEqual(['undefined tls "t"']);
});
