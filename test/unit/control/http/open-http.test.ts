import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { HttpServer } from '../../../../src/control/http/http-server.ts';
import { openHttp } from '../../../../src/control/http/open-http.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import type { ListenAddress } from '../../../../src/plane/messages.ts';
import { FakeSource } from './fake-source.ts';

const lines: string[] = [];
const write = (_category: string, message: string) => void lines.push(message);
const log = { notice: write, warning: write, error: write } as unknown as Log;
let opened: HttpServer | undefined;
let other: Server | undefined;

afterEach(async () => {
  await opened?.close();
  other?.close();
  opened = undefined;
  other = undefined;
});

/** An address that another program has. */
async function takenAddress(): Promise<ListenAddress> {
  const server = createServer();
  other = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  return { family: 4, address: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

test('all addresses or none: what is taken is a sentence, and the others are let go of', async () => {
  const taken = await takenAddress();
  const listen = [{ family: 4, address: '127.0.0.1', port: 0 } as const, taken].map((address) => ({
    address,
    allow: 0,
  }));
  const result = await openHttp({ listen, isNamed: true }, new FakeSource(), log, { takeover: false });
  expect(result).toEqual({
    ok: false,
    error: [expect.stringMatching(/^HTTP: cannot listen on 127\.0\.0\.1:\d+ \(TCP\): .*EADDRINUSE/)],
  });
});

test('in a takeover the address is waited for', async () => {
  const address = await takenAddress();
  const result = await openHttp({ listen: [{ address, allow: 0 }], isNamed: true }, new FakeSource(), log, {
    takeover: true,
  });
  if (!result.ok) throw new Error(result.error.join());
  opened = result.value;
  other?.close();
  const status = () => fetch(`http://127.0.0.1:${address.port}/json/v1/status`).then((response) => response.status);
  await expect.poll(() => status().catch(() => 0)).toBe(200);
});
