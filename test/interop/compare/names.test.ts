/** Where the names come from: named.conf, its secondaries by transfer, a zone that has changed since its file was written. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCompare } from '../../../src/cli/compare.ts';
import { startBind } from '../lib/bind.ts';
import { findCommand, type Judge } from '../lib/judge.ts';
import { startRingzone } from '../lib/ringzone.ts';
import { compare } from './run-compare.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-names-'));
const file = join(folder, 'z.test');
const zoneText = (serial: number) => `$TTL 300
@ SOA ns1 admin ${serial} 3600 600 86400 60
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.2
`;
let bind: Judge | undefined;
/** Ringzone lets nobody transfer unless it is told to. */
let closed: Judge | undefined;

beforeAll(async () => {
  writeFileSync(file, zoneText(5));
  bind = await startBind([{ name: 'z.test', file }]);
  closed = await startRingzone([{ name: 'z.test', file }]);
});
afterAll(async () => {
  await Promise.all([bind?.stop(), closed?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function compareWith(config: string, port = bind?.port) {
  const path = join(folder, 'named.conf');
  writeFileSync(path, config);
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  const server = `127.0.0.1:${port}`;
  const code = await runCompare({ bind: server, with: server, config: path, files: [], json: true }, output);
  return { code, stdout: String(output.stdout.read() ?? ''), stderr: String(output.stderr.read() ?? '') };
}

describe.skipIf(findCommand('named') === undefined)('names', { timeout: 60_000 }, () => {
  it('of all primary zones of a named.conf', async () => {
    const { code, stdout } = await compareWith(`zone "z.test" { type primary; file "${file}"; };`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      zones: [{ name: 'z.test', namesFrom: 'file', names: 3, records: 4, bind: { serial: 5 } }],
      different: 0,
      unanswered: 0,
    });
  });

  it('of a secondary zone by transfer, which is told', async () => {
    const { code, stdout } = await compareWith('zone "z.test" { type secondary; primaries { 192.0.2.9; }; };');
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.zones).toMatchObject([{ namesFrom: `a transfer from 127.0.0.1:${bind?.port}`, names: 3 }]);
    expect(result.notes).toEqual([
      expect.stringMatching(/^zone z\.test: has no file here; its names are from a transfer/),
    ]);
  });

  it('of a secondary zone that may not be transferred: the apex alone, which is told', async () => {
    const config = 'zone "z.test" { type secondary; primaries { 192.0.2.9; }; };';
    const { code, stdout } = await compareWith(config, closed?.port);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.zones).toMatchObject([{ namesFrom: 'nowhere: the apex alone', names: 1 }]);
    expect(result.notes).toEqual([
      expect.stringMatching(/could not be transferred \(.*REFUSED.*\nhint: allow this host/),
    ]);
  });

  it('of a zone that has changed since the file was written', async () => {
    const old = join(folder, 'old.test');
    writeFileSync(old, zoneText(4).replace(/^www.*\n/m, ''));
    const { code, stdout } = await compare(bind?.port ?? 0, bind?.port ?? 0, [{ name: 'z.test', file: old }], {
      json: true,
    });
    expect(code).toBe(0);
    const from = `a transfer from 127.0.0.1:${bind?.port}`;
    const { zones, notes } = JSON.parse(stdout);
    expect(zones).toMatchObject([{ namesFrom: from, names: 3 }]);
    expect(notes).toEqual([`zone z.test: the file has serial 4; its names are from ${from}`]);
  });

  it('as far as a file with errors can be read', async () => {
    const broken = join(folder, 'broken.test');
    writeFileSync(broken, `${zoneText(5)}bad A 192.0.2\n`);
    const { code, stdout } = await compare(bind?.port ?? 0, closed?.port ?? 0, [{ name: 'z.test', file: broken }]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/no difference\n$/);
    const notesWith = async (port: number) => {
      const zone = { name: 'z.test', file: broken };
      return JSON.parse((await compare(port, port, [zone], { json: true })).stdout).notes;
    };
    expect(await notesWith(bind?.port ?? 0)).toEqual([
      expect.stringMatching(/an error in its file; its names are from a transfer from .*\n.*broken\.test:6:/),
    ]);
    expect(await notesWith(closed?.port ?? 0)).toEqual([
      expect.stringMatching(/an error in its file; what could be read is asked\n.*broken\.test:6:/),
    ]);
  });
});
