import { accessSync, constants } from 'node:fs';
import { isBatchAvailable } from '../plane/libc.ts';
import { type ListenSockets, openListenSockets } from '../plane/listen-sockets.ts';
import type { ListenAddress } from '../plane/messages.ts';
import { formatListenAddress } from '../plane/socket-address.ts';
import type { Config } from './config/config.ts';
import { Loader } from './load/loader.ts';
import type { LoadSummary } from './loader-messages.ts';
import type { Log } from './log/log.ts';
import { LogThreadClient } from './log/log-thread-client.ts';
import { isQueryLogOn } from './log/routes.ts';
import { becomeUser, planUser, type UnixUser } from './privileges.ts';
import { countUdpWorkers, type ServePlan } from './serve-plan.ts';
import type { ThreadStock } from './workers/thread-stock.ts';
import { PoolMemory, tcpWorkers, WorkerPool } from './workers/worker-pool.ts';

/** The server could not start; each reason has been logged. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';
}

const statisticsMs = 3_600_000;

/** The thread's name in the stock. */
export const loaderName = 'loader';

/**
 * The running server: owns the loader, the log thread, the sockets and the workers, from start to end.
 * Nothing is opened to the network before all zones are loaded.
 */
export class Server {
  private readonly log: Log;
  private readonly startMs = performance.now();
  private config: Config;
  private readonly memory: PoolMemory;
  private readonly threads: ThreadStock;
  private readonly loader: Loader;
  private logThread: LogThreadClient | undefined;
  private sockets: ListenSockets | undefined;
  private pool: WorkerPool | undefined;
  private statistics: Promise<typeof import('./statistics.ts')> | undefined;
  private statisticsTimer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(plan: ServePlan, threads: ThreadStock, log: Log) {
    this.log = log;
    this.threads = threads;
    this.config = plan.config;
    this.memory = new PoolMemory(countUdpWorkers(plan.config.workers));
    this.loader = new Loader(threads.take('loader-thread', loaderName), log);
  }

  /** Start, or throw `StartFailed` with nothing left open. */
  async start(
    takeover: boolean,
  ): Promise<{ readonly addresses: readonly ListenAddress[]; readonly summary: LoadSummary }> {
    try {
      const { user, problem } = this.findUser();
      const channels = this.openChannels(user);
      const loading = this.load();
      // Takes a while, which the threads need to begin.
      isBatchAvailable();
      const problems = [...(problem === undefined ? [] : [problem]), ...(await channels)];
      if (problems.length > 0) throw this.failed(problems);
      const summary = await this.checkLoaded(loading);
      this.sockets = await this.openSockets(takeover);
      this.checkGoing();
      if (user !== undefined) this.dropPrivileges(user);
      await this.startWorkers(this.sockets);
      this.checkGoing();
      // Loaded now: at the stop the package may have been replaced by a newer one.
      this.statistics = import('./statistics.ts');
      this.statisticsTimer = setInterval(() => this.logStatistics(), statisticsMs);
      return { addresses: this.sockets.addresses, summary };
    } catch (error) {
      await this.stop(Promise.resolve());
      throw error;
    }
  }

  /** Take a new configuration: settings, channels and zones. What needs a restart is said. */
  async reload(config: Config): Promise<LoadSummary> {
    this.warnOfRestart(config);
    const logThread = await this.reopenChannels(config);
    this.log.route(config.logging, logThread === undefined ? undefined : (event) => logThread.write(event));
    this.memory.control.setQueryLog(isQueryLogOn(config.logging, config.querylog));
    this.pool?.setSettings(config.settings);
    this.config = config;
    return await this.loader.load(config.zones, config.strict);
  }

  /** Answer what was received, write all logs, let go of everything. `hurry` resolves when nobody wants to wait any more. */
  async stop(hurry: Promise<unknown>): Promise<void> {
    const isRepeated = this.isStopping;
    this.isStopping = true;
    clearInterval(this.statisticsTimer);
    if (isRepeated) {
      this.sockets?.close();
      return;
    }
    await this.pool?.stop(hurry);
    await this.logStatistics();
    this.sockets?.close();
    await this.loader.stop();
    this.log.notice('general', 'exiting');
    this.log.route(this.config.logging, undefined);
    await this.logThread?.stop();
  }

  /** A stop that came meanwhile did not see what has been opened since. */
  private checkGoing(): void {
    if (this.isStopping) throw new StartFailed('stopped while starting');
  }

  private findUser(): { readonly user?: UnixUser | undefined; readonly problem?: string } {
    if (this.config.user === undefined) return {};
    const user = planUser(this.config.user);
    return user.ok ? { user: user.value } : { problem: user.error };
  }

  /** Resolves to why some can't be opened. */
  private openChannels(user: UnixUser | undefined): Promise<readonly string[]> {
    const { logging, querylog } = this.config;
    if (!needsLogThread(this.config)) return Promise.resolve([]);
    const logThread = new LogThreadClient(this.log, { logging, sources: this.memory.logSources, owner: user });
    this.logThread = logThread;
    this.log.route(logging, (event) => logThread.write(event));
    this.memory.control.setQueryLog(isQueryLogOn(logging, querylog));
    return logThread.problems;
  }

  private async reopenChannels(config: Config): Promise<LogThreadClient | undefined> {
    const { logging } = config;
    if (this.logThread === undefined && !needsLogThread(config)) return undefined;
    const isNew = this.logThread === undefined;
    this.logThread ??= new LogThreadClient(this.log, { logging, sources: this.memory.logSources, owner: undefined });
    const problems = await (isNew ? this.logThread.problems : this.logThread.configure(logging));
    for (const problem of problems) this.log.say({ category: 'general', severity: 'error', message: problem });
    return this.logThread;
  }

  private load(): Promise<LoadSummary> {
    const { zones, strict } = this.config;
    const loading = this.loader.load(zones, strict);
    // Looked at by `checkLoaded`, unless something else has failed before.
    loading.catch(() => undefined);
    return loading;
  }

  private async checkLoaded(loading: Promise<LoadSummary>): Promise<LoadSummary> {
    const { zones, strict } = this.config;
    if (zones.length === 0) throw this.failed(['no zones: there is nothing to serve']);
    const summary = await loading.catch((error: Error) => {
      throw this.failed([error.message]);
    });
    const { refusedZones } = summary;
    if (summary.loadedZones === 0) throw this.failed([`none of ${summary.zones} zones could be loaded`]);
    if (strict && refusedZones > 0)
      throw this.failed([`${refusedZones} of ${summary.zones} zones refused, and strict is set`]);
    if (refusedZones > 0)
      this.log.warning('general', `${refusedZones} of ${summary.zones} zones not loaded: SERVFAIL for these`);
    else this.log.notice('general', 'all zones loaded');
    return summary;
  }

  private async openSockets(takeover: boolean): Promise<ListenSockets> {
    const udpWorkers = countUdpWorkers(this.config.workers);
    const opened = await openListenSockets(this.config.listen, { takeover, udpWorkers, tcpWorkers });
    if (opened.ok) return opened.value;
    throw this.failed(opened.error.map(({ message }) => message));
  }

  private dropPrivileges(user: UnixUser): void {
    try {
      becomeUser(user);
    } catch (error) {
      throw this.failed([`cannot become user ${user.name}: ${error instanceof Error ? error.message : String(error)}`]);
    }
    this.log.info('general', `running as user ${user.name}`);
    for (const { file, name } of this.config.zones) {
      try {
        accessSync(file, constants.R_OK);
      } catch {
        this.log.warning('general', `zone ${name}: user ${user.name} can't read ${file}: reloading it would fail`);
      }
    }
  }

  private async startWorkers(sockets: ListenSockets): Promise<void> {
    const options = {
      udpWorkers: countUdpWorkers(this.config.workers),
      settings: this.config.settings,
      tcp: this.config.tcp,
      udpBackend: isBatchAvailable() ? 'batch' : 'dgram',
    } as const;
    const { memory, threads } = this;
    const arena = await this.loader.arena;
    this.pool = new WorkerPool({ arena, sockets, memory, threads }, options, this.log);
    const problems = await this.pool.start();
    if (problems.length > 0) throw this.failed(problems);
  }

  private async logStatistics(): Promise<void> {
    if (this.statistics === undefined) return;
    const { formatStatistics } = await this.statistics;
    const upSeconds = (performance.now() - this.startMs) / 1000;
    const replacements = this.pool?.replacements ?? 0;
    this.log.info('statistics', formatStatistics(this.memory.counters, upSeconds, replacements));
  }

  private warnOfRestart(config: Config): void {
    const before = this.config;
    const changed = [
      addressesText(before.listen) === addressesText(config.listen) ? [] : ['listen'],
      before.workers === config.workers ? [] : ['workers'],
      before.user === config.user ? [] : ['user'],
      JSON.stringify(before.tcp) === JSON.stringify(config.tcp) ? [] : ['the TCP limits'],
    ].flat();
    if (changed.length > 0)
      this.log.warning('config', `${changed.join(', ')} changed: takes effect at the next restart`);
  }

  /** Log each reason; `throw` what this gives. What fails because a stop has cut it short is no news. */
  private failed(reasons: readonly string[]): StartFailed {
    if (!this.isStopping) for (const reason of reasons) this.log.error('general', reason);
    return new StartFailed(reasons.join('; '));
  }
}

/** Without channels and query log there is nothing for it to do. */
function needsLogThread({ logging, querylog }: Config): boolean {
  const hasFiles = logging.channels.some(({ destination }) => destination.kind === 'file');
  return hasFiles || Object.keys(logging.categories).length > 0 || isQueryLogOn(logging, querylog);
}

function addressesText(addresses: readonly ListenAddress[]): string {
  return addresses.map(formatListenAddress).toSorted().join(' ');
}
