import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Ask, askDatagram, askStream } from '../../../../src/control/secondary/ask.ts';

const ask: Ask<string> = { message: Uint8Array.of(1), read: () => undefined };
const remote = (address: string) => ({ address, port: 53, key: undefined, tls: undefined });

describe('a question over UDP', () => {
  it.each(['255.255.255.255', 'ff02::1'])('to %s, where the system sends nothing, is an error', async (address) => {
    const result = await askDatagram(remote(address), ask, 1, 5000, new AbortController().signal);
    expect(result).toMatchObject({ ok: false, error: expect.stringMatching(/^(?!timed out)/) });
  });

  it('is not asked once the server stops', async () => {
    const result = await askDatagram(remote('127.0.0.1'), ask, 3, 60_000, AbortSignal.abort());
    expect(result).toEqual({ ok: false, error: 'stopped' });
  });
});

describe('a question over TLS', () => {
  it('is given up at a stop, also while the other side says nothing at all', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const stopping = new AbortController();
    const tls = { hostname: undefined, caFile: undefined, mode: 'opportunistic' } as const;
    const asked = askStream({ ...remote('127.0.0.1'), port, tls }, ask, 60_000, stopping.signal);
    const [silent] = (await once(server, 'connection')) as [Socket];
    stopping.abort();
    expect(await asked).toEqual({ ok: false, error: 'stopped' });
    silent.destroy();
    server.close();
  });
});
