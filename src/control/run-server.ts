/** The life of `serve`: understand, start, react to signals, end. */
import { formatDiagnostic } from '../base/diagnostic.ts';
import { formatListenAddress } from '../plane/socket-address.ts';
import { logDiagnostics } from './load/log-outcome.ts';
import { Log } from './log/log.ts';
import { packageVersion } from './package-root.ts';
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
import { createNotify, type Notify, reloadingState } from './systemd.ts';
import { ThreadStock } from './workers/thread-stock.ts';
import { startWorkerThreads } from './workers/worker-pool.ts';
import { writeQuietly } from './write-quietly.ts';

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
  for (const warning of request.warnings) log.warning('config', warning);
  logDiagnostics(log, 'config', plan.config.warnings);
  const server = new Server(plan, threads, log);
  try {
    const { addresses, summary } = await Promise.race([server.start(request.takeover), signals.whenStopped()]);
    const texts = addresses.map(formatListenAddress);
    log.notice('general', 'ready', {
      fields: { addresses: texts, zones: summary.loadedZones, records: summary.records },
    });
    notify('READY=1');
    if (plan.source.kind === 'examples') printExample(plan, addresses[0]?.address ?? '', addresses[0]?.port ?? 0);
    await signals.forEachReload(() => reload(server, request, log, notify));
  } catch (error) {
    if (error instanceof StartFailed) return Exit.notStarted;
    if (!(error instanceof StopRequested)) throw error;
  }
  notify('STOPPING=1');
  await server.stop(signals.whenHurried());
  return Exit.stopped;
}

/** What a person can try at once. */
function printExample(plan: ServePlan, address: string, port: number): void {
  const zone = plan.config.zones.find(({ name }) => name === 'rapidtech.phones') ?? plan.config.zones[0];
  if (zone !== undefined) writeQuietly(1, `try: dig @${address} -p ${port} _sip._udp.${zone.name} SRV\n`);
}

/** A bad configuration changes nothing. */
async function reload(server: Server, request: ServeRequest, log: Log, notify: Notify): Promise<void> {
  notify(reloadingState());
  log.info('general', 'reloading configuration and zones');
  try {
    const plan = await makePlan(request);
    if (plan.ok) {
      logDiagnostics(log, 'config', plan.value.config.warnings);
      const summary = await server.reload(plan.value.config);
      const fields = { zones: summary.loadedZones, records: summary.records };
      if (summary.refusedZones === 0) log.info('general', 'reloading zones succeeded', { fields });
      else
        log.error('general', `reloading zones: ${summary.refusedZones} refused, what was served of them stays`, {
          fields,
        });
    } else {
      logDiagnostics(log, 'config', plan.error);
      log.error('config', 'reloading configuration failed: the old one stays in force, zones were not reloaded');
    }
  } catch (error) {
    log.error('general', `reloading failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  notify('READY=1');
}

class StopRequested extends Error {
  override readonly name = 'StopRequested';
}

/** SIGTERM and SIGINT end the server, a second one hurries; SIGHUP reloads, once more if it comes while reloading. */
class Signals {
  private readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly hurried: PromiseWithResolvers<void> = Promise.withResolvers();
  private isStopping = false;
  private isReloadWanted = false;
  private wake: () => void = () => undefined;

  constructor() {
    const stop = () => {
      if (this.isStopping) this.hurried.resolve();
      this.isStopping = true;
      this.stopped.resolve();
      this.wake();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGHUP', () => {
      this.isReloadWanted = true;
      this.wake();
    });
  }

  /** Rejects with `StopRequested` when the server shall end. */
  async whenStopped(): Promise<never> {
    await this.stopped.promise;
    throw new StopRequested();
  }

  whenHurried(): Promise<void> {
    return this.hurried.promise;
  }

  /** Call `reload` for each SIGHUP, one after the other, until the server shall end. */
  async forEachReload(reload: () => Promise<void>): Promise<void> {
    while (!this.isStopping) {
      if (this.isReloadWanted) {
        this.isReloadWanted = false;
        await Promise.race([reload(), this.stopped.promise]);
      } else {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.wake = resolve;
        await promise;
      }
    }
  }
}

function describeSource(source: PlanSource): string {
  if (source.kind === 'file') return source.path;
  return source.kind === 'examples' ? 'none: the packaged example zones' : 'none: the zones of the command line';
}
