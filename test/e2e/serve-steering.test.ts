/** SRV ordered by policy in a running server, as dig sees them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Folder, ServeProcess } from './serve-process.ts';

const zone = 'phones.test';
let folder: Folder;
let server: ServeProcess | undefined;
let port = 0;

beforeEach(() => {
  folder = new Folder();
  writeZone(1, '');
});
afterEach(async () => {
  await server?.stop();
  folder.remove();
});

function writeZone(serial: number, more: string): void {
  folder.write(
    'zone',
    `$TTL 300
@ SOA ns admin ${serial} 3600 600 604800 60
@ NS ns
ns A 192.0.2.1
_sip._udp SRV 10 60 5060 sip1
_sip._udp SRV 10 40 5060 sip2
_sip._udp SRV 20 0 5060 backup
_sips._tcp SRV 10 60 5061 sip1
_sips._tcp SRV 10 40 5061 sip2
*._sip._tcp SRV 10 1 5060 sip1
*._sip._tcp SRV 10 1 5060 sip2
sip1 A 192.0.2.11
sip2 A 192.0.2.12
backup A 192.0.2.13
${more}`,
  );
}

function configure(settings: string): string {
  return folder.write(
    'ringzone.yaml',
    `listen: ["127.0.0.1:${port}"]
workers: 2
data-dir: data
control: false
http: 127.0.0.1:0
logging:
  channels: { calls: { file: calls.json, format: json, severity: info } }
  categories: { queries: [calls] }
zones:
  ${zone}:
    file: zone
${settings.replace(/^/gm, '    ')}
`,
  );
}

async function serve(settings: string): Promise<void> {
  server = new ServeProcess(['-c', configure(settings)], { cwd: folder.path });
  port = await server.ready();
}

/** Take another configuration, or the zone's new content. */
async function reload(settings: string): Promise<void> {
  const count = server?.log.filter(({ msg }) => msg === 'running').length ?? 0;
  configure(settings);
  server?.kill('SIGHUP');
  await server?.waitFor(/^running$/, count + 1);
}

/** Ask many times; each answer's records without TTL and apex, in the order of the message. */
function answers(owner: string, count: number): readonly (readonly string[])[] {
  const questions = Array.from({ length: count }, () => ['+noall', '+answer', `${owner}.${zone}`, 'SRV']);
  const text = dig(questions.flat());
  const found = text.split('\n').filter((line) => line.startsWith(`${owner}.${zone}.`));
  const size = found.length / count;
  return Array.from({ length: count }, (_, i) =>
    found.slice(i * size, (i + 1) * size).map((line) => line.split(/\s+/).slice(4).join(' ').replace(`.${zone}.`, '')),
  );
}

function dig(args: readonly string[]): string {
  const { stdout, stderr } = spawnSync('dig', ['+time=3', '@127.0.0.1', '-p', String(port), ...args], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout;
}

function shareOf(target: string, all: readonly (readonly string[])[]): number {
  return all.filter(([first]) => first?.endsWith(target)).length / all.length;
}

test('shares by the policy; owners of their own; a reload changes both', async () => {
  await serve('srv-order: shape\nowners: { _sips._tcp: { srv-order: zone }, "*._sip._tcp": { srv-order: cyclic } }');
  const shaped = answers('_sip._udp', 600);
  expect(Math.abs(shareOf('sip1', shaped) - 0.6)).toBeLessThan(0.1);
  for (const [first, second, third] of shaped) {
    expect(first).toMatch(/^10 65535 5060 sip[12]$/);
    expect(second).toMatch(/^10 256 5060 sip[12]$/);
    expect(third).toBe('20 0 5060 backup');
  }
  const asWritten = ['10 60 5061 sip1', '10 40 5061 sip2'];
  expect(answers('_sips._tcp', 20)).toEqual(Array.from({ length: 20 }, () => asWritten));
  expect(Math.abs(shareOf('sip1', answers('x._sip._tcp', 100)) - 0.5)).toBeLessThan(0.2);

  await reload('owners: { _sips._tcp: { srv-order: rfc2782 } }');
  expect(new Set(answers('_sip._udp', 50).map(String)).size).toBe(1);
  const drawn = answers('_sips._tcp', 400);
  expect(Math.abs(shareOf('sip1', drawn) - 0.6)).toBeLessThan(0.1);
  expect(new Set(drawn.flat())).toEqual(new Set(asWritten));

  await reload('srv-order: zone');
  expect(new Set(answers('_sips._tcp', 50).map(String)).size).toBe(1);
});

test('the zone changes: an SRV that an UPDATE or a reload adds is steered', async () => {
  const settings = 'srv-order: cyclic\nallow-update: [127.0.0.1]';
  await serve(settings);
  const update = spawnSync('nsupdate', [], {
    input: `server 127.0.0.1 ${port}\nupdate add new.${zone}. 60 SRV 1 1 1 sip1.${zone}.\nupdate add new.${zone}. 60 SRV 1 1 1 sip2.${zone}.\nsend\n`,
    encoding: 'utf8',
  });
  expect([update.stderr, update.status]).toEqual(['', 0]);
  expect(new Set(answers('new', 60).map(([first]) => first))).toEqual(new Set(['1 1 1 sip1', '1 1 1 sip2']));
});

test('what does not fit the zone is told with its line, and has no effect', async () => {
  writeZone(1, '@ DNSKEY 257 3 8 AQAB\n');
  await serve('srv-order: shape\nowners: { _sip._tpc: { srv-order: shape }, _sips._tcp: { srv-order: cyclic } }');
  const told = () =>
    server?.log.filter(({ category }) => category === 'config').map(({ level, msg }) => `${level} ${msg}`);
  const signed = 'ringzone.yaml:12:5: error: zone phones.test/IN is signed, and srv-order: shape changes';
  expect(told()).toEqual([
    expect.stringContaining('ringzone.yaml:13:15: warning: _sip._tpc has no SRV in zone phones.test/IN'),
    expect.stringContaining(signed),
  ]);
  expect(new Set(answers('_sip._udp', 30).map(String)).size).toBe(1);
  expect(new Set(answers('_sips._tcp', 30).map(String)).size).toBe(2);
  writeZone(2, '');
  await reload('srv-order: shape\nowners: { _sips._tcp: { srv-order: cyclic } }');
  expect(answers('_sip._udp', 1)[0]?.[0]).toContain(' 65535 ');
  expect(told()).toHaveLength(2);
});

test('what is given first is counted and logged', async () => {
  await serve('srv-order: shape');
  const shaped = answers('_sip._udp', 300);
  const { msg } = (await server?.waitFor(/^statistics channel listening/)) ?? { msg: '' };
  const metrics = await (await fetch(`http://127.0.0.1:${/#(\d+)/.exec(msg)?.[1]}/metrics`)).text();
  for (const target of ['sip1', 'sip2']) {
    const count = shaped.filter(([first]) => first?.endsWith(target)).length;
    const line = metrics
      .split('\n')
      .find(
        (sample) =>
          sample.includes('first_choice_total{') && sample.includes(`"${target}.`) && sample.includes('"_sip._udp.'),
      );
    expect(Number(line?.split(' ').at(-1))).toBe(count);
  }
  const path = `${folder.path}/calls.json`;
  const lines = () => readFileSync(path, 'utf8').trimEnd().split('\n');
  await expect.poll(() => lines().length).toBe(300);
  const logged = lines().map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(logged.filter(({ target }) => target === `sip1.${zone}`)).toHaveLength(
    shaped.filter(([first]) => first?.endsWith('sip1')).length,
  );
  expect(logged[0]).toMatchObject({ qtype: 'SRV', order: 'shape', degraded: false, edns: true, truncated: false });
});
