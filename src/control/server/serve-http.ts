/** HTTP of a running server. */
import type { HttpServer } from '../http/http-server.ts';
import type { HttpSource } from '../http/http-source.ts';
import { ReadinessMemory } from '../http/readiness.ts';
import type { Log } from '../log/log.ts';
import type { Replication } from '../secondary/replication.ts';
import { type Server, StartFailed } from './server.ts';

function httpSource(server: Server, replication: Replication, arena: SharedArrayBuffer): HttpSource {
  return {
    zoneFacts: server.zoneFacts,
    state: () => server.state(),
    counters: () => server.counters(),
    config: () => server.configServed,
    addresses: () => server.addresses,
    zoneOctets: () => arena.byteLength,
    secondaries: () => replication.secondaries,
    vitals: () => ({ ...server.vitals(), zoneOctetsLimit: arena.maxByteLength }),
    steering: () => server.steerer,
    readinessMemory: new ReadinessMemory(),
  };
}

/** Rejects with `StartFailed`, the server stopped, where an address that the operator has named can't be had. */
export async function openServerHttp(server: Server, takeover: boolean, log: Log): Promise<HttpServer | undefined> {
  const { http } = server.configInForce;
  if (http.listen.length === 0) return undefined;
  // Not before the questions of the start are answered: node:http takes a while to load.
  const { openHttp } = await import('../http/open-http.ts');
  const source = httpSource(server, await server.replication.load(), await server.loader.arena);
  const opened = await openHttp(http, source, log, { takeover });
  if (opened.ok) return opened.value;
  if (!http.isNamed) {
    const [reason = ''] = opened.error;
    log.warning('general', `${reason}; without it there are no statistics: name an address with --http, or false`);
    return undefined;
  }
  for (const problem of opened.error) log.error('general', problem);
  await server.stop(Promise.resolve());
  throw new StartFailed(opened.error.join('; '));
}
