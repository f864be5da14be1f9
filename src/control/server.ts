import { accessSync, constants } from 'node:fs';
import { keepCompiledAfterMs, keepCompiledCode } from '../base/compiled-code.ts';
import { ok, type Result } from '../base/result.ts';
import { AccessList, defaultAccessTable } from '../plane/access/access-list-table.ts';
import { type CounterSums, sumCounters } from '../plane/counters.ts';
import { isBatchAvailable } from '../plane/libc.ts';
import { type ListenSockets, openListenSockets } from '../plane/listen-sockets.ts';
import type { ListenAddress, TlsCredentials } from '../plane/messages.ts';
import { formatListenAddress } from '../plane/socket-address.ts';
import { journalFolder } from '../transfer/journal/lmdb-options.ts';
import { Opcode } from '../wire/codes.ts';
import { Catalogs } from './catalog/catalogs.ts';
import type { ServerState } from './channel/control-target.ts';
import { makeSocketFolder } from './channel/socket-path.ts';
import type { Config } from './config/config.ts';
import { openDataDir } from './data-dir.ts';
import type { DeferredRequest } from './deferred/deferred-request.ts';
import { Loader } from './load/loader.ts';
import type { LoadSummary } from './loader-messages.ts';
import type { Log } from './log/log.ts';
import { LogThreadClient } from './log/log-thread-client.ts';
import { isQueryLogOn } from './log/routes.ts';
import { packageVersion } from './package-root.ts';
import { becomeUser, planUser, type UnixUser } from './privileges.ts';
import { LateReplication } from './secondary/late-replication.ts';
import { countUdpWorkers, type ServePlan } from './serve-plan.ts';
import type { CertificateKeeper } from './tls/certificate-keeper.ts';
import { Updates } from './update/updates.ts';
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
  private readonly bootMs = Date.now();
  private configuredMs = this.bootMs;
  private config: Config;
  private readonly memory: PoolMemory;
  private readonly threads: ThreadStock;
  readonly loader: Loader;
  readonly replication: LateReplication;
  private readonly updates: Updates;
  private readonly catalogs: Catalogs;
  private logThread: LogThreadClient | undefined;
  private sockets: ListenSockets | undefined;
  private certificate: CertificateKeeper | undefined;
  private pool: WorkerPool | undefined;
  private statistics: Promise<typeof import('./statistics.ts')> | undefined;
  private statisticsTimer: NodeJS.Timeout | undefined;
  private isStopping = false;
  /** What an operator has said while the server ran; holds until it ends, as with BIND. */
  private querylog: boolean | undefined;

  constructor(plan: ServePlan, threads: ThreadStock, log: Log) {
    this.log = log;
    this.threads = threads;
    this.config = plan.config;
    this.memory = new PoolMemory(countUdpWorkers(plan.config.workers));
    this.loader = new Loader(threads.take('loader-thread', loaderName), log);
    this.replication = new LateReplication(plan.config, this.loader, log);
    this.loader.listen(this.replication);
    this.updates = new Updates(plan.config, (request) => this.loader.update(request), log);
    this.loader.listen(this.updates);
    this.catalogs = new Catalogs(this.loader, log, (config) => this.announceZones(config));
    this.loader.listen(this.catalogs);
  }

  /** What a new configuration takes the numbers of keys and lists from. */
  get configInForce(): Config {
    return this.config;
  }

  /** Start, or throw `StartFailed` with nothing left open. */
  async start(takeover: boolean): Promise<{
    readonly addresses: readonly ListenAddress[];
    readonly tlsAddresses: readonly ListenAddress[];
    readonly summary: LoadSummary;
  }> {
    try {
      const { user, problem } = this.findUser();
      this.config = this.withDataDir(this.config, user);
      const channels = this.openChannels(user);
      const loading = this.load();
      // Takes a while, which the threads need to begin.
      isBatchAvailable();
      const credentials = await this.readCredentials(this.config);
      const problems = [
        ...(problem === undefined ? [] : [problem]),
        ...(await channels),
        ...(credentials.ok ? [] : [credentials.error]),
      ];
      if (problems.length > 0) throw this.failed(problems);
      const summary = await this.checkLoaded(loading);
      this.sockets = await this.openSockets(takeover);
      this.checkGoing();
      if (user !== undefined) this.makeControlFolder(user);
      if (user !== undefined) this.dropPrivileges(user);
      await this.startWorkers(this.sockets, credentials.ok ? credentials.value : undefined);
      this.checkGoing();
      this.replication.start(await this.loader.arena, this.sockets.addresses);
      this.statisticsTimer = setInterval(() => this.logStatistics(), statisticsMs);
      // Soon, because at the stop the package may have been replaced by a newer one; not now, when answers are waited for.
      setTimeout(() => this.loadStatistics().then(keepCompiledCode), keepCompiledAfterMs).unref();
      const { addresses, tlsAddresses } = this.sockets;
      return { addresses, tlsAddresses, summary };
    } catch (error) {
      await this.stop(Promise.resolve());
      throw error;
    }
  }

  /** Take a new configuration: settings, channels and zones. What needs a restart is said. */
  async reload(wanted: Config, newOnly = false): Promise<LoadSummary> {
    this.warnOfRestart(wanted);
    const written = this.querylog === undefined ? wanted : { ...wanted, querylog: this.querylog };
    const { dataDir } = this.config;
    // The journal is open, and stays where it is.
    const config = dataDir === undefined ? this.withDataDir(written, undefined) : { ...written, dataDir };
    const logThread = await this.reopenChannels(config);
    this.log.route(config.logging, logThread === undefined ? undefined : (event) => logThread.write(event));
    this.memory.control.setQueryLog(isQueryLogOn(config.logging, config.querylog));
    this.memory.control.setSecurityLog(logThread !== undefined);
    // Before the zones: a list that a zone names is there when the zone is found.
    this.pool?.setSettings(config.settings);
    await this.renewCredentials(config);
    this.config = config;
    this.configuredMs = Date.now();
    return await this.catalogs.load(config, newOnly);
  }

  /** For the operator's eyes. */
  state(): Omit<ServerState, 'configFile'> {
    const { bootMs, configuredMs, config } = this;
    return {
      version: `Ringzone ${packageVersion()} (Node ${process.versions.node})`,
      bootMs,
      configuredMs,
      udpWorkers: countUdpWorkers(config.workers),
      tcpWorkers,
      zones: this.loader.lastSummary?.zones ?? config.zones.length,
      tcpClients: config.tcp.connections,
      isQueryLogOn: this.memory.control.isQueryLogOn(),
    };
  }

  counters(): CounterSums {
    return sumCounters(this.memory.counters);
  }

  async setQueryLog(on: boolean): Promise<void> {
    this.querylog = on;
    this.config = { ...this.config, querylog: on };
    if (on && this.logThread === undefined) await this.reopenLogs();
    this.memory.control.setQueryLog(on);
    this.log.info('general', `query logging is now ${on ? 'on' : 'off'}`);
  }

  /** Close all log files and open them anew. Gives why some could not be. */
  async reopenLogs(): Promise<readonly string[]> {
    const { config } = this;
    const problems: string[] = [];
    const logThread = await this.reopenChannels(config, problems);
    this.log.route(config.logging, logThread === undefined ? undefined : (event) => logThread.write(event));
    this.memory.control.setSecurityLog(logThread !== undefined);
    return problems;
  }

  /** Answer what was received, write all logs, let go of everything. `hurry` resolves when nobody wants to wait any more. */
  async stop(hurry: Promise<unknown>): Promise<void> {
    const isRepeated = this.isStopping;
    this.isStopping = true;
    clearInterval(this.statisticsTimer);
    this.certificate?.stop();
    if (isRepeated) {
      this.sockets?.close();
      return;
    }
    this.catalogs.stop();
    this.replication.stop();
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

  /** With the members of catalogs, before the loader gets them. */
  private announceZones(config: Config): void {
    this.replication.configure(config);
    this.updates.configure(config);
  }

  private findUser(): { readonly user?: UnixUser | undefined; readonly problem?: string } {
    if (this.config.user === undefined) return {};
    const user = planUser(this.config.user);
    return user.ok ? { user: user.value } : { problem: user.error };
  }

  /** The configuration with the folder that there is. */
  private withDataDir(config: Config, user: UnixUser | undefined): Config {
    const opened = openDataDir(config, user);
    if (!opened.ok) throw this.failed([opened.error]);
    const { path, warning } = opened.value;
    if (warning !== undefined) this.log.warning('general', warning);
    return { ...config, dataDir: path };
  }

  /** Resolves to why some can't be opened. */
  private openChannels(user: UnixUser | undefined): Promise<readonly string[]> {
    const { logging, querylog } = this.config;
    if (!needsLogThread(this.config)) return Promise.resolve([]);
    const logThread = new LogThreadClient(this.log, { logging, sources: this.memory.logSources, owner: user });
    this.logThread = logThread;
    this.log.route(logging, (event) => logThread.write(event));
    this.memory.control.setQueryLog(isQueryLogOn(logging, querylog));
    this.memory.control.setSecurityLog(true);
    return logThread.problems;
  }

  private async reopenChannels(config: Config, told: string[] = []): Promise<LogThreadClient | undefined> {
    const { logging } = config;
    if (this.logThread === undefined && !needsLogThread(config)) return undefined;
    const isNew = this.logThread === undefined;
    this.logThread ??= new LogThreadClient(this.log, { logging, sources: this.memory.logSources, owner: undefined });
    const problems = await (isNew ? this.logThread.problems : this.logThread.configure(logging));
    for (const problem of problems) this.log.say({ category: 'general', severity: 'error', message: problem });
    told.push(...problems);
    return this.logThread;
  }

  private load(): Promise<LoadSummary> {
    const loading = this.catalogs.load(this.config);
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
    // A secondary without a copy is waited for: its primary may come later than this server.
    if (summary.loadedZones + summary.waitingZones === 0)
      throw this.failed([`none of ${summary.zones} zones could be loaded`]);
    if (strict && refusedZones > 0)
      throw this.failed([`${refusedZones} of ${summary.zones} zones refused, and strict is set`]);
    if (refusedZones > 0)
      this.log.warning('general', `${refusedZones} of ${summary.zones} zones not loaded: SERVFAIL for these`);
    else if (summary.waitingZones > 0)
      this.log.notice('general', `${summary.waitingZones} of ${summary.zones} zones wait for their first transfer`);
    else this.log.notice('general', 'all zones loaded');
    return summary;
  }

  private async openSockets(takeover: boolean): Promise<ListenSockets> {
    const udpWorkers = countUdpWorkers(this.config.workers);
    const opened = await openListenSockets(this.config.listen, {
      takeover,
      udpWorkers,
      tcpWorkers,
      tls: this.config.tls?.listen ?? [],
    });
    if (opened.ok) return opened.value;
    throw this.failed(opened.error.map(({ message }) => message));
  }

  /** What TLS needs, which is loaded only where it is wanted; before privileges are dropped. */
  private async readCredentials({ tls }: Config): Promise<Result<TlsCredentials | undefined, string>> {
    if (tls === undefined) return ok(undefined);
    const { CertificateKeeper } = await import('./tls/certificate-keeper.ts');
    this.certificate ??= new CertificateKeeper(this.log);
    return this.certificate.read(tls);
  }

  /** A certificate that has been renewed; with a bad one the one before stays. */
  private async renewCredentials(config: Config): Promise<void> {
    // Without sockets for it there is nobody to give it to.
    if (this.certificate === undefined) return;
    const credentials = await this.readCredentials(config);
    if (!credentials.ok) this.log.error('general', `${credentials.error}; the certificate before stays in use`);
    else if (credentials.value !== undefined) this.pool?.setCredentials(credentials.value);
  }

  /** That the user can make the socket in. A folder that can't be made is told of when the socket can't. */
  private makeControlFolder(user: UnixUser): void {
    const { control } = this.config;
    if (control !== undefined) makeSocketFolder(control, user);
  }

  private dropPrivileges(user: UnixUser): void {
    try {
      becomeUser(user);
    } catch (error) {
      throw this.failed([`cannot become user ${user.name}: ${error instanceof Error ? error.message : String(error)}`]);
    }
    this.log.info('general', `running as user ${user.name}`);
    const { zones, tls } = this.config;
    for (const { file, name } of zones) this.warnIfUnreadable(`zone ${name}`, file, user);
    if (tls !== undefined && tls.certificate !== 'ephemeral') {
      this.warnIfUnreadable('tls', tls.certificate.certFile, user);
      this.warnIfUnreadable('tls', tls.certificate.keyFile, user);
    }
  }

  private warnIfUnreadable(title: string, file: string | undefined, user: UnixUser): void {
    if (file === undefined) return;
    try {
      accessSync(file, constants.R_OK);
    } catch {
      this.log.warning('general', `${title}: user ${user.name} can't read ${file}: reloading it would fail`);
    }
  }

  private async startWorkers(sockets: ListenSockets, tls: TlsCredentials | undefined): Promise<void> {
    const options = {
      udpWorkers: countUdpWorkers(this.config.workers),
      settings: this.config.settings,
      tcp: this.config.tcp,
      tls,
      udpBackend: isBatchAvailable() ? 'batch' : 'dgram',
      transfersOut: this.config.transfersOut,
      journalFolder: this.config.dataDir === undefined ? undefined : journalFolder(this.config.dataDir),
    } as const;
    const { memory, threads } = this;
    const arena = await this.loader.arena;
    const takeDeferred = (request: DeferredRequest) => this.takeDeferred(request);
    this.pool = new WorkerPool({ arena, sockets, memory, threads, takeDeferred }, options, this.log);
    const problems = await this.pool.start();
    if (problems.length > 0) throw this.failed(problems);
  }

  /** What workers leave to main: nothing but these two. */
  private takeDeferred(request: DeferredRequest): void {
    if (request.request.opcode === Opcode.notify) this.replication.takeNotify(request);
    else this.updates.take(request);
  }

  private loadStatistics(): Promise<typeof import('./statistics.ts')> {
    this.statistics ??= import('./statistics.ts');
    return this.statistics;
  }

  /** Nothing to tell where it has not started. */
  private async logStatistics(): Promise<void> {
    if (this.statisticsTimer === undefined) return;
    const { formatStatistics } = await this.loadStatistics();
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
      before.control === config.control ? [] : ['control'],
      before.dataDir === undefined || before.dataDir === config.dataDir ? [] : ['data-dir'],
      // The certificate is read again.
      addressesText(before.tls?.listen ?? []) === addressesText(config.tls?.listen ?? []) ? [] : ['tls.listen'],
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

/** Without channels, query log, and anything that may be denied or transferred there is nothing for it to do. */
function needsLogThread({ logging, querylog, access, keys, zones }: Config): boolean {
  const hasFiles = logging.channels.some(({ destination }) => destination.kind === 'file');
  const hasLists = access.lists.length > defaultAccessTable.lists.length || keys.length > 0;
  const isShared = zones.some(({ allowQuery, allowTransfer, update, type }) => {
    const isOpen = allowQuery === AccessList.any && allowTransfer === AccessList.none;
    return !isOpen || update !== undefined || type === 'secondary';
  });
  if (hasLists || isShared) return true;
  return hasFiles || Object.keys(logging.categories).length > 0 || isQueryLogOn(logging, querylog);
}

function addressesText(addresses: readonly ListenAddress[]): string {
  return addresses.map(formatListenAddress).toSorted().join(' ');
}
