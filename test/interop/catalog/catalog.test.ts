/** Catalog zones (RFC 9432) with BIND and Knot on the other side: members come, answer, and go. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Folder, ServeProcess } from '../../e2e/serve-process.ts';
import { findFreePort } from '../lib/free-port.ts';
import { findCommand } from '../lib/judge.ts';
import {
  bindConsumer,
  type ConsumerProgram,
  catalog,
  knotConsumer,
  members,
  memberText,
  startBindProducer,
  startKnotProducer,
} from './catalog-servers.ts';
import { waitForRcodes } from './served.ts';

const [m1, m2, m3] = members as readonly [string, string, string];

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function startRingzone(lines: readonly string[], folder: Folder): ServeProcess {
  folder.write('ringzone.yaml', `${lines.join('\n')}\n`);
  const server = new ServeProcess(['-c', 'ringzone.yaml'], { cwd: folder.path });
  ends.push(() => server.stop());
  return server;
}

function newFolder(): Folder {
  const folder = new Folder();
  ends.push(async () => folder.remove());
  return folder;
}

const consumerLines = (port: number, producerPort: number) => [
  `listen: ["127.0.0.1:${port}"]`,
  'workers: 1',
  'data-dir: data',
  'notify: no',
  'zones:',
  `  ${catalog}: { type: secondary, primaries: ["127.0.0.1:${producerPort}"] }`,
  'catalogs:',
  `  ${catalog}:`,
  '    members: { primaries: ["127.0.0.1:9"] }',
  `    groups: { g: { primaries: ["127.0.0.1:${producerPort}"] } }`,
];

const plainLines = (port: number, producerPort: number) => [
  ...consumerLines(port, producerPort).slice(0, -2),
  '    members: {}',
];

function update(port: number, ...changes: readonly string[]): void {
  const input = ['server 127.0.0.1', `zone ${catalog}`, ...changes, 'send', ''].join('\n');
  const { status, stderr } = spawnSync(findCommand('nsupdate') as string, ['-p', `${port}`], {
    input: input.replace('127.0.0.1', `127.0.0.1 ${port}`),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`nsupdate: ${stderr}`);
}

describe.skipIf(findCommand('named') === undefined || findCommand('nsupdate') === undefined)('from BIND', () => {
  test('members come and go, outlive a restart without the primary, and a broken catalog', async () => {
    const port = await findFreePort();
    const bind = await startBindProducer(port);
    if (bind === undefined) return;
    ends.push(() => bind.stop());
    const folder = newFolder();
    const server = startRingzone(plainLines(port, bind.port), folder);
    await server.ready();
    const first = { [m1]: 'NOERROR', [m2]: 'NOERROR', [m3]: 'REFUSED' };
    expect(await waitForRcodes(port, first), server.stderr).toEqual(first);

    update(bind.port, `delete two.zones.${catalog}. PTR`, `add three.zones.${catalog}. 0 PTR ${m3}.`);
    const second = { [m1]: 'NOERROR', [m2]: 'REFUSED', [m3]: 'NOERROR' };
    expect(await waitForRcodes(port, second), server.stderr).toEqual(second);
    const said = server.log.map(({ msg }) => msg).filter((msg) => /^catz: (adding|deleting)/.test(msg));
    expect(said).toEqual([
      `catz: adding zone '${m1}' from catalog '${catalog}' - success`,
      `catz: adding zone '${m2}' from catalog '${catalog}' - success`,
      `catz: deleting zone '${m2}' from catalog '${catalog}' - success`,
      `catz: adding zone '${m3}' from catalog '${catalog}' - success`,
    ]);

    update(bind.port, `delete version.${catalog}. TXT`, `delete one.zones.${catalog}. PTR`);
    const { detail } = await server.waitFor(/is broken and will not be processed$/);
    expect(detail).toMatch(/^no 'version' record;/);
    expect(await waitForRcodes(port, second)).toEqual(second);
    await server.stop();
    await bind.stop();

    const again = startRingzone(plainLines(port, bind.port), folder);
    await again.ready();
    expect(await waitForRcodes(port, second, 0), again.stderr).toEqual(second);
    const kept = JSON.parse(readFileSync(join(folder.path, 'data/catalog-members.json'), 'utf8'));
    expect(kept.catalogs[`${catalog}.`].map(({ zone }: { zone: string }) => zone).sort()).toEqual([`${m1}.`, `${m3}.`]);
  }, 60_000);
});

describe.skipIf(findCommand('knotd') === undefined)('from Knot', () => {
  test('a generated catalog, its groups as templates', async () => {
    const port = await findFreePort();
    const knot = await startKnotProducer(port);
    if (knot === undefined) return;
    ends.push(() => knot.stop());
    const server = startRingzone(consumerLines(port, knot.port), newFolder());
    await server.ready();
    // The primary of members without a group doesn't exist: they are there, and have no content.
    const wanted = { [m1]: 'SERVFAIL', [m2]: 'SERVFAIL', [m3]: 'NOERROR' };
    expect(await waitForRcodes(port, wanted), server.stderr + knot.log()).toEqual(wanted);
  }, 60_000);
});

describe.each<ConsumerProgram>([bindConsumer, knotConsumer])('to $name', (program) => {
  test('a generated catalog: members appear, answer, and go', async () => {
    const port = await findFreePort();
    const folder = newFolder();
    folder.write('member', memberText);
    const lines = (notify: readonly number[], listed: readonly string[]) => [
      `listen: ["127.0.0.1:${port}"]`,
      'workers: 1',
      'data-dir: data',
      'allow-transfer: [127.0.0.1]',
      'zones:',
      `  ${catalog}:`,
      '    type: catalog',
      `    also-notify: [${notify.map((to) => `"127.0.0.1:${to}"`).join(', ')}]`,
      ...listed.map((name) => `  ${name}: { file: member, catalog: ${catalog}, notify: no }`),
    ];
    const server = startRingzone(lines([], [m1, m2]), folder);
    await server.ready();
    const consumer = await program.start(port);
    if (consumer === undefined) return;
    ends.push(() => consumer.stop());
    const first = { [m1]: 'NOERROR', [m2]: 'NOERROR', [m3]: 'REFUSED' };
    expect(await waitForRcodes(consumer.port, first), consumer.log()).toEqual(first);

    folder.write('ringzone.yaml', `${lines([consumer.port], [m2, m3]).join('\n')}\n`);
    server.kill('SIGHUP');
    const second = { [m1]: 'REFUSED', [m2]: 'NOERROR', [m3]: 'NOERROR' };
    expect(await waitForRcodes(consumer.port, second, 20_000), consumer.log() + server.stderr).toEqual(second);
  }, 60_000);
});
