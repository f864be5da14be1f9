/** The life of `serve`: understand, start, react to signals, end. */
import { formatDiagnostic } from '../../base/diagnostic.ts';
import { formatListenAddress } from '../../plane/sockets/socket-address.ts';
import type { ControlChannel } from '../channel/control-channel.ts';
import type { Predecessor } from '../hand-over/predecessor.ts';
import type { HttpServer } from '../http/http-server.ts';
import { logDiagnostics } from '../load/log-outcome.ts';
import { Log } from '../log/log.ts';
import { packageVersion } from '../package-root.ts';
import type { Replication } from '../secondary/replication.ts';
import { ThreadStock } from '../workers/thread-stock.ts';
import { startWorkerThreads } from '../workers/worker-pool.ts';
import { writeQuietly } from '../write-quietly.ts';
import { takeListenFds } from './listen-fds.ts';
import { reloadServer } from './reload-server.ts';
import { controlTarget, openControl } from './serve-control.ts';
import { askPredecessor, Departure, exchange, servingOutMs } from './serve-hand-over.ts';
import { openServerHttp } from './serve-http.ts';
import {
  countUdpWorkers,
  makePlan,
  type PlanSource,
  parseServeOptions,
  type ServeOptions,
  type ServePlan,
  type ServeRequest,
} from './serve-plan.ts';
import { loaderName, Server, StartFailed } from './server.ts';
import { Signals, StopRequested } from './signals.ts';
import { storeSockets } from './socket-store.ts';
import { createNotify } from './systemd.ts';
import { removeTrialFolder, trialNotice } from './trial.ts';

/** Exit codes of `serve`. */
const Exit = { stopped: 0, notStarted: 1, usage: 2 } as const;

/** Serve until told to stop. Resolves to the exit code. */
export async function runServer(options: ServeOptions): Promise<number> {
  const request = parseServeOptions(options);
  if (!request.ok) {
    for (const problem of request.error) writeQuietly(2, `error: ${problem}\n`);
    return Exit.usage;
  }
  const threads = new ThreadStock();
  threads.start('loader-thread', loaderName);
  startWorkerThreads(threads, 1);
  try {
    const plan = await makePlan(request.value);
    if (plan.ok) return await serve(request.value, plan.value, threads);
    // Before there is a log: for the person who wrote the file, with carets, whatever stderr is.
    for (const diagnostic of plan.error) writeQuietly(2, `${formatDiagnostic(diagnostic)}\n`);
    return Exit.notStarted;
  } finally {
    await threads.dismiss();
    if (request.value.trial !== undefined) removeTrialFolder(request.value.trial);
  }
}

async function serve(request: ServeRequest, plan: ServePlan, threads: ThreadStock): Promise<number> {
  startWorkerThreads(threads, countUdpWorkers(plan.config.workers));
  const signals = new Signals();
  const log = await Log.create();
  const notify = createNotify(process.env, (message) => log.warning('general', message));
  log.info('general', `Ringzone ${packageVersion()} starting`, {
    fields: { pid: process.pid, config: describeSource(plan.source) },
  });
  if (request.trial !== undefined) log.notice('general', trialNotice(request.trial));
  logDiagnostics(log, 'config', plan.config.warnings);
  const listenFds = takeListenFds(process.env);
  const server = new Server(plan, threads, log);
  const ended = Promise.withResolvers<void>();
  let control: Promise<ControlChannel | undefined> = Promise.resolve(undefined);
  let http: Promise<HttpServer | undefined> = Promise.resolve(undefined);
  let predecessor: Predecessor | undefined;
  const departure = new Departure(server, signals, notify, log, () => control);
  try {
    predecessor = await Promise.race([askPredecessor(request, plan, log), signals.whenStopped()]);
    const passed = [...listenFds.map(({ fd }) => fd), ...(predecessor?.descriptors ?? [])];
    const { addresses, tlsAddresses, summary } = await Promise.race([
      server.start({ takeover: request.takeover, passed }),
      signals.whenStopped(),
    ]);
    signals.onReopenLogs(() => void server.reopenLogs());
    const configFile = plan.source.kind === 'file' ? plan.source.path : undefined;
    const makeTarget = (replication: Replication) =>
      controlTarget(server, replication, signals, log, configFile, ended.promise, departure);
    http = openServerHttp(server, request.takeover, log);
    http.catch(() => undefined);
    // The path of the server before goes with it, so nothing may fail behind that.
    if (predecessor !== undefined) await Promise.race([http, signals.whenStopped()]);
    control = openControl(makeTarget, server, request.takeover, log);
    control.catch(() => undefined);
    // Nobody waits for those that nobody has asked for.
    const { isControlNamed, http: httpConfig } = server.configInForce;
    if (isControlNamed || predecessor !== undefined) await Promise.race([control, signals.whenStopped()]);
    if (httpConfig.isNamed) await Promise.race([http, signals.whenStopped()]);
    await exchange(predecessor, log);
    await server.begin();
    const texts = addresses.map(formatListenAddress);
    log.notice('general', 'running');
    log.notice('general', 'ready', {
      fields: {
        addresses: texts,
        ...(tlsAddresses.length === 0 ? {} : { tls: tlsAddresses.map(formatListenAddress) }),
        zones: summary.loadedZones,
        records: summary.records,
      },
    });
    storeSockets(notify, server.listenSockets, listenFds);
    notify('READY=1');
    if (plan.source.kind === 'examples') printExample(plan, addresses[0]?.address ?? '', addresses[0]?.port ?? 0);
    await signals.forEachReload((newOnly) => reloadServer(server, request, newOnly, log, notify));
    if (signals.isTerminated && !departure.isDone) await leave(server, signals, log);
  } catch (error) {
    if (error instanceof StartFailed) {
      predecessor?.fail(error.message);
      // It may not have come as far as that it has stopped by itself.
      await server.stop(Promise.resolve());
      // One of them may be there already when the other can't be had.
      await closeDoors(control, http);
      predecessor?.close();
      return Exit.notStarted;
    }
    if (!(error instanceof StopRequested)) throw error;
  }
  if (!departure.isDone) notify('STOPPING=1');
  // BIND tells a stop that is asked for from one that is signalled; here both keep everything.
  log.info('general', 'shutting down: flushing changes');
  const channel = await closeDoors(control, http);
  await server.stop(signals.whenHurried(), departure.isDone ? servingOutMs : 0);
  ended.resolve();
  await channel?.end();
  predecessor?.close();
  return Exit.stopped;
}

/** Say at /readyz that the server will end, and answer until those who distribute questions have seen it. A second signal hurries. */
async function leave(server: Server, signals: Signals, log: Log): Promise<void> {
  const { lameDuckMs } = server.configInForce;
  if (lameDuckMs === 0) return;
  server.isLeaving = true;
  log.notice('general', `lame duck: not ready from now on, answering for another ${lameDuckMs / 1000} s`);
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const timer = setTimeout(end, lameDuckMs);
  await Promise.race([over, signals.whenHurried()]);
  clearTimeout(timer);
}

/** Let nobody in any more. Those who wait at the control channel are told when all has ended. */
async function closeDoors(
  control: Promise<ControlChannel | undefined>,
  http: Promise<HttpServer | undefined>,
): Promise<ControlChannel | undefined> {
  const channel = await control.catch(() => undefined);
  channel?.close();
  await (await http.catch(() => undefined))?.close();
  return channel;
}

/** What a person can try at once. */
function printExample(plan: ServePlan, address: string, port: number): void {
  const zone = plan.config.zones.find(({ name }) => name === 'rapidtech.phones') ?? plan.config.zones[0];
  if (zone !== undefined) writeQuietly(1, `try: dig @${address} -p ${port} _sip._udp.${zone.name} SRV\n`);
}

function describeSource(source: PlanSource): string {
  if (source.kind === 'file') return source.path;
  return source.kind === 'examples' ? 'none: the packaged example zones' : 'none: the zones of the command line';
}
