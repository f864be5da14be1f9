/** The life of `serve`: understand, start, react to signals, end. */
import { formatDiagnostic } from '../base/diagnostic.ts';
import { formatListenAddress } from '../plane/socket-address.ts';
import type { ControlChannel } from './channel/control-channel.ts';
import type { ControlTarget, ReloadOutcome } from './channel/control-target.ts';
import { logDiagnostics } from './load/log-outcome.ts';
import { Log } from './log/log.ts';
import { packageVersion } from './package-root.ts';
import type { Replication } from './secondary/replication.ts';
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
  const ended = Promise.withResolvers<void>();
  let control: Promise<ControlChannel | undefined> = Promise.resolve(undefined);
  try {
    const { addresses, tlsAddresses, summary } = await Promise.race([
      server.start(request.takeover),
      signals.whenStopped(),
    ]);
    const configFile = plan.source.kind === 'file' ? plan.source.path : undefined;
    const makeTarget = (replication: Replication) =>
      controlTarget(server, replication, signals, configFile, ended.promise);
    control = openControl(makeTarget, server, request.takeover, log);
    control.catch(() => undefined);
    // Nobody waits for the one that nobody has asked for.
    if (server.configInForce.isControlNamed) await Promise.race([control, signals.whenStopped()]);
    const texts = addresses.map(formatListenAddress);
    log.notice('general', 'ready', {
      fields: {
        addresses: texts,
        ...(tlsAddresses.length === 0 ? {} : { tls: tlsAddresses.map(formatListenAddress) }),
        zones: summary.loadedZones,
        records: summary.records,
      },
    });
    notify('READY=1');
    if (plan.source.kind === 'examples') printExample(plan, addresses[0]?.address ?? '', addresses[0]?.port ?? 0);
    await signals.forEachReload((newOnly) => reload(server, request, newOnly, log, notify));
  } catch (error) {
    if (error instanceof StartFailed) return Exit.notStarted;
    if (!(error instanceof StopRequested)) throw error;
  }
  notify('STOPPING=1');
  const channel = await control.catch(() => undefined);
  channel?.close();
  await server.stop(signals.whenHurried());
  ended.resolve();
  await channel?.end();
  return Exit.stopped;
}

function controlTarget(
  server: Server,
  replication: Replication,
  signals: Signals,
  configFile: string | undefined,
  ended: Promise<void>,
): ControlTarget {
  return {
    loader: server.loader,
    replication,
    state: () => ({ ...server.state(), configFile }),
    counters: () => server.counters(),
    reload: (newOnly) => signals.askReload(newOnly),
    setQueryLog: (on) => server.setQueryLog(on),
    reopenLogs: () => server.reopenLogs(),
    stop: () => {
      signals.askStop();
      return ended;
    },
  };
}

/** Rejects with `StartFailed`, the server stopped, where the socket that the operator has named can't be had. */
async function openControl(
  makeTarget: (replication: Replication) => ControlTarget,
  server: Server,
  takeover: boolean,
  log: Log,
): Promise<ControlChannel | undefined> {
  const { control: path, isControlNamed } = server.configInForce;
  if (path === undefined) return undefined;
  // Not before the questions of the start are answered.
  const { ControlChannel } = await import('./channel/control-channel.ts');
  const target = makeTarget(await server.replication.load());
  const opened = await ControlChannel.open({ path, takeover }, target, log);
  if (opened.ok) return opened.value;
  if (!isControlNamed) {
    log.warning('general', `${opened.error}; without it \`ringzone ctl\` has no effect: name one with --control`);
    return undefined;
  }
  log.error('general', opened.error);
  await server.stop(Promise.resolve());
  throw new StartFailed(opened.error);
}

/** What a person can try at once. */
function printExample(plan: ServePlan, address: string, port: number): void {
  const zone = plan.config.zones.find(({ name }) => name === 'rapidtech.phones') ?? plan.config.zones[0];
  if (zone !== undefined) writeQuietly(1, `try: dig @${address} -p ${port} _sip._udp.${zone.name} SRV\n`);
}

/** A bad configuration changes nothing. */
async function reload(
  server: Server,
  request: ServeRequest,
  newOnly: boolean,
  log: Log,
  notify: Notify,
): Promise<ReloadOutcome> {
  notify(reloadingState());
  log.info('general', newOnly ? 'reloading configuration, loading new zones' : 'reloading configuration and zones');
  try {
    const plan = await makePlan(request, server.configInForce);
    if (plan.ok) {
      logDiagnostics(log, 'config', plan.value.config.warnings);
      const summary = await server.reload(plan.value.config, newOnly);
      const fields = { zones: summary.loadedZones, records: summary.records };
      if (summary.refusedZones === 0) log.info('general', 'reloading zones succeeded', { fields });
      else
        log.error('general', `reloading zones: ${summary.refusedZones} refused, what was served of them stays`, {
          fields,
        });
      return { kind: 'done', summary, refusals: server.loader.refusals };
    }
    logDiagnostics(log, 'config', plan.error);
    log.error('config', 'reloading configuration failed: the old one stays in force, zones were not reloaded');
    return { kind: 'invalid', diagnostics: plan.error };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error('general', `reloading failed: ${reason}`);
    return { kind: 'failed', reason };
  } finally {
    notify('READY=1');
  }
}

class StopRequested extends Error {
  override readonly name = 'StopRequested';
}

/** Somebody wants a reload, and may wait for what comes of it. */
interface WantedReload {
  readonly newOnly: boolean;
  readonly tell: (outcome: ReloadOutcome) => void;
}

/**
 * What operators want of the process as a whole. SIGTERM and SIGINT end the server, a second one hurries; SIGHUP reloads, once more
 * if it comes while reloading; the control channel asks for the same.
 */
class Signals {
  private readonly stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly hurried: PromiseWithResolvers<void> = Promise.withResolvers();
  private isStopping = false;
  private wantedReloads: readonly WantedReload[] = [];
  private wake: () => void = () => undefined;

  constructor() {
    const stop = () => {
      if (this.isStopping) this.hurried.resolve();
      this.askStop();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGHUP', () => void this.askReload(false));
  }

  askStop(): void {
    this.isStopping = true;
    this.stopped.resolve();
    this.wake();
  }

  /** Resolves when a reload that begins from now on has ended. `newOnly`: of zones only those that are new. */
  askReload(newOnly: boolean): Promise<ReloadOutcome> {
    if (this.isStopping) return Promise.resolve(stopping);
    return new Promise((tell) => {
      this.wantedReloads = [...this.wantedReloads, { newOnly, tell }];
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

  /** Call `reload` for those who want one, one after the other, until the server shall end. */
  async forEachReload(reload: (newOnly: boolean) => Promise<ReloadOutcome>): Promise<void> {
    while (!this.isStopping) {
      const [first] = this.wantedReloads;
      if (first === undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.wake = resolve;
        await promise;
        continue;
      }
      // Several at once want the same.
      const { newOnly } = first;
      const wanted = this.wantedReloads.filter((other) => other.newOnly === newOnly);
      this.wantedReloads = this.wantedReloads.filter((other) => other.newOnly !== newOnly);
      const outcome = await Promise.race([reload(newOnly), this.stopped.promise.then(() => stopping)]);
      for (const { tell } of wanted) tell(outcome);
    }
    for (const { tell } of this.wantedReloads) tell(stopping);
  }
}

const stopping: ReloadOutcome = { kind: 'failed', reason: 'the server is stopping' };

function describeSource(source: PlanSource): string {
  if (source.kind === 'file') return source.path;
  return source.kind === 'examples' ? 'none: the packaged example zones' : 'none: the zones of the command line';
}
