/** HTTP of a running server. */
import { hostname } from 'node:os';
import type { HttpServer } from '../http/http-server.ts';
import type { HttpSource } from '../http/http-source.ts';
import { ReadinessMemory } from '../http/readiness.ts';
import type { Log } from '../log/log.ts';
import type { PageSource } from '../page/page-source.ts';
import type { Replication } from '../secondary/replication.ts';
import { type Server, StartFailed } from './server.ts';

async function httpSource(server: Server, replication: Replication, log: Log): Promise<HttpSource> {
  const arena = await server.loader.arena;
  const source = {
    zoneFacts: server.zoneFacts,
    state: () => server.state(),
    counters: () => server.counters(),
    config: () => server.configServed,
    addresses: () => server.addresses,
    zoneOctets: () => arena.byteLength,
    secondaries: () => replication.secondaries,
    vitals: () => ({ ...server.vitals(), zoneOctetsLimit: arena.maxByteLength }),
    steering: () => server.steerer,
    peers: () => server.health.peers,
    probes: () => server.health.probes,
    readinessMemory: new ReadinessMemory(),
  };
  const pageSource: PageSource = {
    ...source,
    host: hostname(),
    health: server.health,
    recent: server.recentNews.recent,
    fetched: server.recentNews.fetched,
    told: (key) => replication.told(key),
    published: (key) => server.publisher.find(key),
    complain: (problem) => log.error('general', 'the status page can not be made', { detail: problem }),
  };
  const { StatusPage } = await import('../page/status-page.ts');
  return { ...source, page: new StatusPage(pageSource) };
}

/** Rejects with `StartFailed`, the server stopped, where an address that the operator has named can't be had. */
export async function openServerHttp(server: Server, takeover: boolean, log: Log): Promise<HttpServer | undefined> {
  const { http } = server.configInForce;
  if (http.listen.length === 0) return undefined;
  // Not before the questions of the start are answered: node:http takes a while to load.
  const { openHttp } = await import('../http/open-http.ts');
  const source = await httpSource(server, await server.replication.load(), log);
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
