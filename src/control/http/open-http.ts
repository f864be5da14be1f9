/** The HTTP server of a running server: opened when DNS answers, closed at the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok, type Result } from '../../base/result.ts';
import type { HttpConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { HttpServer } from './http-server.ts';
import type { HttpSource } from './http-source.ts';
import { routes } from './routes.ts';

export interface HttpOptions {
  /** Another server of the same addresses is about to end: its HTTP addresses are waited for. */
  readonly takeover: boolean;
}

const retryMs = 500;
const maxRetries = 120;

/** Serve at all addresses of the configuration, or at none: the error is why, a sentence an address. */
export async function openHttp(
  { listen }: HttpConfig,
  source: HttpSource,
  log: Log,
  { takeover }: HttpOptions,
): Promise<Result<HttpServer, readonly string[]>> {
  const server = new HttpServer(routes, source, log);
  const problems: string[] = [];
  for (const place of listen) {
    const opened = await server.open(place);
    if (opened.ok) continue;
    if (takeover && opened.error.code === 'EADDRINUSE') void waitFor(server, place, log);
    else problems.push(`HTTP: ${opened.error.message}`);
  }
  if (problems.length === 0) {
    source.page.start();
    return ok(server);
  }
  await server.close();
  return err(problems);
}

async function waitFor(server: HttpServer, place: HttpConfig['listen'][number], log: Log): Promise<void> {
  for (let tries = 1; ; tries++) {
    await sleep(retryMs, undefined, { ref: false });
    if (server.isClosed) return;
    const opened = await server.open(place);
    if (opened.ok) return;
    if (opened.error.code !== 'EADDRINUSE' || tries === maxRetries) {
      log.error('general', `HTTP: ${opened.error.message}`);
      return;
    }
  }
}
