/** From named.conf to a server that runs with the ringzone.yaml made of it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ask, Folder, ServeProcess, zoneText } from './serve-process.ts';

const ringzone = join(import.meta.dirname, '../../bin/ringzone.js');
const folder = new Folder();
let server: ServeProcess | undefined;

afterEach(async () => {
  await server?.stop();
  folder.remove();
});

test('a converted configuration is served', async () => {
  folder.write('a.test', zoneText(7));
  folder.write(
    'named.conf',
    `options { directory "${folder.path}"; listen-on port 0 { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; };
// the only one
zone "a.test" { type master; file "a.test"; allow-transfer { none; }; };
`,
  );
  const target = join(folder.path, 'ringzone.yaml');
  execFileSync(process.execPath, [ringzone, 'convert', join(folder.path, 'named.conf'), '-o', target], {
    stdio: 'pipe',
  });
  server = new ServeProcess(['-c', target, '--workers', '1', '--control', 'false', '--http', 'false']);
  const reply = await ask(await server.ready(), 'a.test', 'SOA');
  expect(reply.header.rcode).toBe(0);
  expect(reply.answers).toHaveLength(1);
});
