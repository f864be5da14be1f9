/** UPDATE by every way that a message takes: UDP in batches, Node's own sockets, TCP with many in flight. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askRaw } from '../interop/lib/dns-client.ts';
import { addText, buildUpdate } from '../interop/lib/update-message.ts';
import { Folder, ServeProcess, serialOf, zoneText } from './serve-process.ts';

/** As on a system for which there is no prebuilt koffi. */
const withoutKoffi = `--import=data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
registerHooks({ resolve(specifier, context, next) {
  if (specifier === 'koffi') throw new Error('no koffi here');
  return next(specifier, context);
} });`)}`;

const zone = 'a.test';
let folder: Folder;
let server: ServeProcess | undefined;
beforeEach(() => {
  folder = new Folder();
});
afterEach(async () => {
  server?.kill('SIGKILL');
  await server?.exit;
  folder.remove();
});

async function serve(env: NodeJS.ProcessEnv = {}): Promise<number> {
  folder.write('zone', zoneText(1));
  const config = folder.write(
    'ringzone.yaml',
    `listen: ["127.0.0.1:0"]
workers: 1
data-dir: data
zones:
  ${zone}: { file: zone, allow-update: [127.0.0.1] }
`,
  );
  server = new ServeProcess(['-c', config], { cwd: folder.path, env });
  return await server.ready();
}

describe.each([
  ['in batches', {}],
  ['by sockets of Node', { NODE_OPTIONS: withoutKoffi }],
])('UDP, %s', (name, env) => {
  test('is answered when it is done', async () => {
    const port = await serve(env);
    const response = await askRaw(port, buildUpdate(4711, zone, [addText(`x.${zone}`, 'y')]));
    expect(Buffer.from(response ?? []).toString('hex', 0, 6)).toBe('1267a8000001');
    expect(await serialOf(port, zone)).toBe(2);
    const hasKoffi = readFileSync(`/proc/${server?.child.pid}/maps`, 'utf8').includes('koffi');
    expect(hasKoffi).toBe(name === 'in batches');
  });
});

test('TCP: many in flight on one connection, all answered behind the client’s FIN', async () => {
  const port = await serve();
  const count = 300;
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  const messages = Array.from({ length: count }, (_, id) =>
    buildUpdate(id, zone, [addText(`n${id}.${zone}`, `${id}`)]),
  );
  const frames = messages.map((message) =>
    Buffer.concat([Buffer.of(message.length >> 8, message.length & 255), message]),
  );
  socket.end(Buffer.concat(frames));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const answers = Buffer.concat(chunks);
  const ids = new Set<number>();
  for (let at = 0; at < answers.length; at += 2 + answers.readUInt16BE(at)) {
    expect(answers.readUInt16BE(at + 4)).toBe(0xa800);
    ids.add(answers.readUInt16BE(at + 2));
  }
  expect(ids.size).toBe(count);
  // Far fewer serials than updates: they share flushes.
  const serial = Number(await serialOf(port, zone));
  expect(serial).toBeGreaterThan(1);
  expect(serial).toBeLessThan(count / 4);
});
