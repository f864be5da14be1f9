/** `ringzone resolve` as it is installed, against a running server. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseXml } from '../unit/cli/resolve/well-formed.ts';
import { Folder, ServeProcess } from './serve-process.ts';

const bin = join(import.meta.dirname, '../../bin/ringzone.js');
const zone = join(import.meta.dirname, '../../zones/rapidtech.phones');
const folder = new Folder();
const servers: ServeProcess[] = [];
const ports = { zone: 0, shape: 0 };

beforeAll(async () => {
  for (const order of ['zone', 'shape'] as const) {
    const config = folder.write(
      `${order}.yaml`,
      `listen: ["127.0.0.1:0"]\nworkers: 1\ncontrol: false\nhttp: false\nzones:\n  rapidtech.phones: { file: ${zone}, srv-order: ${order} }\n`,
    );
    const server = new ServeProcess(['-c', config, '--data-dir', folder.path]);
    servers.push(server);
    ports[order] = await server.ready();
  }
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  folder.remove();
});

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function resolve(args: readonly string[], order: 'zone' | 'shape' = 'zone'): Promise<Run> {
  const child = spawn(process.execPath, [bin, 'resolve', '--server', `127.0.0.1:${ports[order]}`, ...args]);
  const run = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => (run[name] += text));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, ...run };
}

/** Of the first server, in per cent. */
async function shareOfFirst(as: string, order: 'zone' | 'shape'): Promise<number> {
  const { stdout } = await resolve(['rapidtech.phones', '--as', as, '--calls', '2000', '--seed', '8', '--json'], order);
  return 100 * JSON.parse(stdout).profiles[0].shares[0].firstShare;
}

describe('resolve', () => {
  it('shows the way of a call', async () => {
    const { code, stdout, stderr } = await resolve(['sip:100@rapidtech.phones', '--as', 'yealink']);
    expect(stdout).toMatch(
      /^ {2}SRV {3}_sip\._udp\.rapidtech\.phones\n +300 s {2}0 40 5060 sipserver1\.rapidtech\.phones$/m,
    );
    expect(stdout).toMatch(/1\. sipserver2\.rapidtech\.phones:5060 over UDP, 192\.0\.2\.12\n {3}2\. sipserver1/);
    expect(stdout).not.toContain('\u001b');
    expect([code, stderr]).toEqual([0, '']);
  });

  it.each([
    ['yealink', 0],
    ['naive', 100],
    ['rfc', 40],
  ])('has %s share a 40/60 split as the zone is written: %d first', async (as, expected) => {
    expect(Math.abs((await shareOfFirst(as, 'zone')) - expected)).toBeLessThan(4.4);
  });

  it.each(['yealink', 'cisco', 'naive', 'rfc', 'pjsip'])(
    'has %s share it by the weights where the server shapes it',
    async (as) => {
      // Four standard deviations of 2000 calls are 4.4 points.
      expect(Math.abs((await shareOfFirst(as, 'shape')) - 40)).toBeLessThan(4.4);
    },
  );

  it('draws a picture', async () => {
    const file = join(folder.path, 'shares.svg');
    const { code } = await resolve(['rapidtech.phones', '--as', 'all', '--calls', '100', '--plot', file]);
    expect(code).toBe(0);
    expect(parseXml(readFileSync(file, 'utf8')).name).toBe('svg');
  });

  it('ends with 1 where nothing is reached, and says why', async () => {
    const lost = await resolve([
      'rapidtech.phones',
      '--as',
      'linphone',
      '--down',
      'sipserver1',
      '--down',
      'sipserver2',
    ]);
    expect(lost.stdout).toMatch(/lost after 32 s: this client does not try the next one/);
    const nobody = await resolve(['rapidtech.phones', '--server', '127.0.0.1:1']);
    expect(nobody.stderr).toMatch(/^error: the DNS server 127\.0\.0\.1:1 can not be asked: connection refused\nhint: /);
    expect([lost.code, nobody.code]).toEqual([1, 1]);
  });

  it('ends with 2 where it is called wrongly', async () => {
    const runs = [
      await resolve(['tel:+15551234']),
      await resolve(['rapidtech.phones', '--as', 'phone']),
      await resolve(['rapidtech.phones', '--plot', '/nonexistent/shares.svg']),
      await resolve([]),
    ];
    for (const { code, stderr } of runs) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: .+\nhint: .+/);
    }
  });

  it('warns of a dead server that there is not', async () => {
    const { code, stderr } = await resolve(['rapidtech.phones', '--down', 'sipserver9']);
    expect(stderr).toMatch(/warning: --down sipserver9: no such server/);
    expect(code).toBe(0);
  });

  it('warns of a share for a server that there is not', async () => {
    const shares = ['--expect', 'sipserver1=40', '--expect', 'sipserver9=60'];
    const { code, stderr } = await resolve(['rapidtech.phones', '--calls', '10', ...shares]);
    expect(stderr).toBe("warning: --expect sipserver9: no such server was found, so the others' shares are wrong\n");
    expect(code).toBe(0);
  });
});
