/** deploy/compose.yaml agrees with the image, and docs/containers.md with both. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const project = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const dockerfile = read('Dockerfile');
const page = read('docs/containers.md');
const { ringzone: service } = parse(read('deploy/compose.yaml')).services;
const inImage = parse(read('deploy/container/ringzone.yaml'));

test('publishes 53 by both transports to the port that the image listens on', () => {
  expect(service.ports).toEqual(['53:5353/udp', '53:5353/tcp']);
  expect(inImage.listen).toEqual(['0.0.0.0:5353', '[::]:5353']);
  expect(dockerfile).toMatch(/^EXPOSE 5353\/udp 5353\/tcp$/m);
});

test('gives it no right, and one volume to write to', () => {
  expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  const writable = service.volumes.filter((volume: string) => !volume.endsWith(':ro'));
  expect(writable).toEqual([`data:${inImage['data-dir']}`]);
  expect(dockerfile).toContain(`VOLUME ["${inImage['data-dir']}"]`);
  const sources = service.volumes.flatMap((volume: string) => /^\.[^:]+/.exec(volume)?.[0] ?? []);
  for (const path of sources) expect(existsSync(join(project, 'deploy', path)), path).toBe(true);
});

test('the page runs it alike', () => {
  const [, command = ''] = /docker run --detach ([\s\S]*?)\n {2}ringzone\n/.exec(page) ?? [];
  for (const port of service.ports) expect(command).toContain(`--publish ${port}`);
  for (const words of [
    '--read-only',
    '--cap-drop ALL',
    '--security-opt no-new-privileges',
    `:${inImage['data-dir']}`,
    `--memory ${service.mem_limit}`,
  ]) {
    expect(command).toContain(words);
  }
});
