/** The files of docs/fleet.md that need no running network to be judged, and what the pages lead to. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Folder } from '../e2e/serve-process.ts';
import { findCommand } from '../interop/lib/judge.ts';

const project = resolve(import.meta.dirname, '../..');
const files = join(project, 'deploy/fleet');
const anycast = join(files, 'anycast');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const announcer = join(anycast, 'ringzone-anycast.js');

test.skipIf(findCommand('systemd-analyze') === undefined)(
  'systemd finds no fault with the unit (skipped without systemd)',
  () => {
    const unit = join(anycast, 'ringzone-anycast.service');
    const { stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    // Of a unit that is wanted and not there here it says nothing; of programs it does.
    expect(stderr.split('\n').filter((line) => line !== '' && !line.includes('is not executable'))).toEqual([]);
  },
);

test.skipIf(findCommand('bird') === undefined)('BIRD reads its configuration (skipped without bird)', () => {
  const { status, stderr } = spawnSync(findCommand('bird') as string, ['-p', '-c', join(anycast, 'bird.conf')], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test.skipIf(findCommand('named-checkconf') === undefined)(
  'BIND reads its configuration (skipped without named-checkconf)',
  () => {
    const text = readFileSync(join(files, 'secondary-bind/named.conf'), 'utf8');
    const key = 'key "fleet-key" { algorithm hmac-sha256; secret "c2VjcmV0IG9mIGEgdGVzdCBhbG9uZS4="; };';
    const input = text.replace('include "/etc/bind/fleet.key";', key).replace('/var/cache/bind', '/tmp');
    const folder = new Folder();
    const file = folder.write('named.conf', input);
    const { status, stdout } = spawnSync(findCommand('named-checkconf') as string, [file], { encoding: 'utf8' });
    folder.remove();
    expect(stdout).toBe('');
    expect(status).toBe(0);
  },
);

test('the addresses, the catalog and the key are the same in all of them', () => {
  const primary = readFileSync(join(files, 'hidden-primary/ringzone.yaml'), 'utf8');
  for (const name of ['secondary/ringzone.yaml', 'secondary-bind/named.conf', 'secondary-knot/knot.conf']) {
    const text = readFileSync(join(files, name), 'utf8');
    for (const word of ['192.0.2.1', 'fleet.internal', 'fleet-key']) expect(text, name).toContain(word);
  }
  for (const node of ['192.0.2.11', '192.0.2.12', '192.0.2.13', '192.0.2.14']) expect(primary).toContain(node);
  for (const zone of readdirSync(join(files, 'hidden-primary/zones'))) expect(primary).toContain(`zones/${zone}`);
  for (const name of ['bird.conf', 'frr.conf']) {
    expect(readFileSync(join(anycast, name), 'utf8')).toContain('198.51.100.53/32');
  }
});

test('the announcer says how it is called', () => {
  for (const words of [[], ['--up', 'true'], ['--up', 'true', '--down', 'true', '--interval', '0']]) {
    const { status, stderr } = spawnSync(process.execPath, [announcer, ...words], { encoding: 'utf8' });
    expect(stderr).toMatch(/^usage: ringzone-anycast\.js --up COMMAND --down COMMAND/);
    expect(status).toBe(2);
  }
});

test.each(['docs/fleet.md', 'docs/containers.md'])('the links of %s lead somewhere', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1] as string);
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((link) => !existsSync(join(project, 'docs', link)))).toEqual([]);
});

test('metrics and alerts that the page names are there', () => {
  const metrics = read('docs/metrics.md');
  const rules = read('deploy/prometheus/ringzone.rules.yaml');
  const names = [...read('docs/fleet.md').matchAll(/\bringzone_\w+/g)].map(([name]) => name);
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => !metrics.includes(`\`${name}\``))).toEqual([]);
  const alerts = [...read('docs/fleet.md').matchAll(/\bRingzone[A-Z]\w+/g)].map(([name]) => name);
  expect(alerts.filter((name) => !rules.includes(`alert: ${name}\n`))).toEqual([]);
});
