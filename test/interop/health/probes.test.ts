/** Probes of real SIP servers. */
import { afterEach, describe, expect, it } from 'vitest';
import { kamailio, probe, type SipServer, sipp, startKamailio, startSipp } from './sip-servers.ts';

const running: SipServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.end();
});

async function keep(starting: Promise<SipServer>): Promise<SipServer> {
  const server = await starting;
  running.push(server);
  return server;
}

describe.skipIf(sipp === undefined)('sipp', () => {
  it.each(['udp', 'tcp'] as const)('answers over %s', async (transport) => {
    const { port } = await keep(startSipp(transport));
    expect(await probe(port, { transport })).toMatchObject({ kind: 'alive', reply: '200 OK' });
  });

  it('that is stopped does not answer, and does when it goes on', async () => {
    const server = await keep(startSipp('udp'));
    server.signal('SIGSTOP');
    expect(await probe(server.port, {}, { timeoutMs: 300 })).toEqual({
      kind: 'failed',
      reason: 'no reply within 300 ms',
    });
    server.signal('SIGCONT');
    expect(await probe(server.port)).toMatchObject({ kind: 'alive' });
  });

  it('that is stopped takes a connection, and no more', async () => {
    const server = await keep(startSipp('tcp'));
    server.signal('SIGSTOP');
    const task = { transport: 'tcp' } as const;
    expect(await probe(server.port, task, { timeoutMs: 300 })).toEqual({
      kind: 'failed',
      reason: 'no reply within 300 ms',
    });
    expect(await probe(server.port, task, { probe: 'tcp-connect' })).toMatchObject({ kind: 'alive' });
  });

  it('that has ended is known to be gone at once', async () => {
    for (const transport of ['udp', 'tcp'] as const) {
      const server = await keep(startSipp(transport));
      await server.end();
      expect(await probe(server.port, { transport }, { timeoutMs: 30_000 })).toEqual({
        kind: 'failed',
        reason: 'port unreachable',
      });
    }
  });

  it('asks for no more calls with 503', async () => {
    const { port } = await keep(startSipp('udp', '503 Stopping', 'Retry-After: 60'));
    expect(await probe(port)).toMatchObject({ kind: 'draining', reply: '503 Stopping', retryAfterSeconds: 60 });
  });
});

describe.skipIf(kamailio === undefined)('Kamailio', () => {
  it.each([
    [0, '483 Too Many Hops'],
    [1, '200 Keepalive'],
  ])('finds no fault with the request, with Max-Forwards %d', async (maxForwards, reply) => {
    const { port } = await keep(startKamailio());
    for (const transport of ['udp', 'tcp'] as const)
      expect(await probe(port, { transport }, { maxForwards })).toMatchObject({ kind: 'alive', reply });
  });
});
