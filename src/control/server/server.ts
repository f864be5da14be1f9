import { type CounterSums, sumCounters } from '../../plane/counters.ts';
import { isBatchAvailable } from '../../plane/libc.ts';
import type { ListenAddress, TlsCredentials } from '../../plane/messages.ts';
import { type ListenSocket, type ListenSockets, openListenSockets } from '../../plane/sockets/listen-sockets.ts';
import { journalFolder } from '../../transfer/journal/lmdb-options.ts';
import { Opcode } from '../../wire/codes.ts';
import { PeerAnswers } from '../agreement/peer-answers.ts';
import { Catalogs } from '../catalog/catalogs.ts';
import type { ServerState } from '../channel/control-target.ts';
import type { Config } from '../config/config.ts';
import type { DeferredRequest } from '../deferred/deferred-request.ts';
import { Dnstap } from '../dnstap/dnstap.ts';
import { Health } from '../health/health.ts';
import type { Vitals } from '../http/http-source.ts';
import { ZoneFacts } from '../http/zone-facts.ts';
import { Loader } from '../load/loader.ts';
import type { LoadSummary } from '../loader-messages.ts';
import type { Log } from '../log/log.ts';
import { packageVersion } from '../package-root.ts';
import { RecentNews } from '../page/recent-news.ts';
import { Publisher } from '../published/publisher.ts';
import { LateReplication } from '../secondary/late-replication.ts';
import { planHealth } from '../steering/plan-health.ts';
import { Steerer } from '../steering/steerer.ts';
import { LateCertificate } from '../tls/late-certificate.ts';
import { Updates } from '../update/updates.ts';
import type { ThreadStock } from '../workers/thread-stock.ts';
import { PoolMemory, tcpWorkers, WorkerPool } from '../workers/worker-pool.ts';
import { openDataDir } from './data-dir.ts';
import { PeriodicStatistics } from './periodic-statistics.ts';
import { planUser, type UnixUser } from './privileges.ts';
import { privilegeNeeds, restartNeeds } from './restart-needs.ts';
import { countUdpWorkers, type ServePlan } from './serve-plan.ts';
import { ServerLogs } from './server-logs.ts';
import { dropPrivileges } from './server-user.ts';
import { judgeLoaded } from './start-verdict.ts';
import { Turns } from './turns.ts';

/** The server could not start; each reason has been logged. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';
}

/** How the sockets are had. */
export interface GivenSockets {
  /** A server that answers at the addresses is about to end. */
  readonly takeover: boolean;
  /** Descriptors of sockets that others have opened, see ListenOptions. */
  readonly passed: readonly number[];
}

/** The thread's name in the stock. */
export const loaderName = 'loader';

/**
 * The running server: owns the loader, the log thread, the sockets and the workers, from start to end.
 * Nothing is opened to the network before all zones are loaded.
 */
export class Server {
  private readonly log: Log;
  private readonly bootMs = Date.now();
  private configuredMs = this.bootMs;
  private config: Config;
  /** What the sockets, workers and so on were made for. */
  private begun: Config;
  private served: Config | undefined;
  private readonly memory: PoolMemory;
  private readonly threads: ThreadStock;
  readonly loader: Loader;
  readonly replication: LateReplication;
  readonly zoneFacts = new ZoneFacts();
  /** For the status page. */
  readonly recentNews = new RecentNews(this.zoneFacts);
  readonly steerer: Steerer;
  readonly health: Health;
  readonly publisher: Publisher;
  private readonly peerAnswers: PeerAnswers;
  private readonly updates: Updates;
  private readonly catalogs: Catalogs;
  private readonly logs: ServerLogs;
  readonly dnstap: Dnstap;
  private readonly certificate: LateCertificate;
  private readonly statistics: PeriodicStatistics;
  private sockets: ListenSockets | undefined;
  private pool: WorkerPool | undefined;
  private isStopping = false;
  private readonly silent: PromiseWithResolvers<void> = Promise.withResolvers();
  /** It will end, and still answers: who distributes questions shall send them elsewhere. */
  isLeaving = false;
  /** Of those who read the configuration anew or change its zones, and of a server that takes over. */
  readonly turns = new Turns();
  /** While another server has what is kept in data-dir. */
  private endLoan: (() => void) | undefined;

  constructor(plan: ServePlan, threads: ThreadStock, log: Log) {
    this.log = log;
    this.threads = threads;
    this.config = plan.config;
    this.begun = plan.config;
    this.memory = new PoolMemory(countUdpWorkers(plan.config.workers));
    const takeNews = plan.config.http.listen.length === 0 ? undefined : this.recentNews.attach(log);
    this.logs = new ServerLogs(log, this.memory, takeNews);
    this.dnstap = new Dnstap(log, this.memory.logSources.length);
    this.certificate = new LateCertificate(log);
    this.statistics = new PeriodicStatistics(log, this.memory.counters);
    this.loader = new Loader(threads.take('loader-thread', loaderName), log);
    this.replication = new LateReplication(plan.config, this.loader, log, this.memory.ownCounters);
    this.loader.listen(this.replication);
    this.loader.listen(this.zoneFacts);
    this.health = new Health(log);
    this.peerAnswers = new PeerAnswers(this.health);
    this.steerer = new Steerer(log, (table) => this.pool?.setSteering(table), this.health);
    this.steerer.onRenewal(() => this.watchTargets());
    this.publisher = new Publisher((order) => this.loader.publish(order), this.health);
    this.health.onChange((keyTexts) => this.publisher.statesChanged(keyTexts));
    this.health.onRestart(() => this.publisher.unsettle());
    this.steerer.onRenewal(({ targets }) => this.publisher.configure(targets));
    this.loader.listen(this.publisher);
    this.loader.listen(this.steerer);
    this.updates = new Updates(plan.config, (request) => this.loader.update(request), log);
    this.loader.listen(this.updates);
    this.catalogs = new Catalogs(this.loader, log, (config) => this.announceZones(config));
    this.loader.listen(this.catalogs);
  }

  /** What a new configuration takes the numbers of keys and lists from. */
  get configInForce(): Config {
    return this.config;
  }

  /** The same with the members of catalogs. */
  get configServed(): Config {
    return this.served ?? this.config;
  }

  /** Where DNS is served, over TLS too. */
  get addresses(): readonly ListenAddress[] {
    return [...(this.sockets?.addresses ?? []), ...(this.sockets?.tlsAddresses ?? [])];
  }

  /** Main's own descriptors of them. */
  get listenSockets(): readonly ListenSocket[] {
    return this.sockets?.all ?? [];
  }

  /** Answer, or throw `StartFailed` with nothing left open. `begin` follows. */
  async start(given: GivenSockets): Promise<{
    readonly addresses: readonly ListenAddress[];
    readonly tlsAddresses: readonly ListenAddress[];
    readonly summary: LoadSummary;
  }> {
    try {
      const { user, problem } = this.findUser();
      this.config = this.withDataDir(this.config, user);
      this.begun = this.config;
      const channels = this.logs.open(this.config, user);
      const dnstap = this.dnstap.configure(this.config.dnstap, user);
      const loading = this.load();
      // Takes a while, which the threads need to begin.
      isBatchAvailable();
      const credentials = await this.certificate.read(this.config);
      const problems = [
        ...(problem === undefined ? [] : [problem]),
        ...(await channels),
        ...(await dnstap),
        ...(credentials.ok ? [] : [credentials.error]),
      ];
      if (problems.length > 0) throw this.failed(problems);
      const summary = await this.checkLoaded(loading);
      // Who was down or drained before is not named by the first answers.
      await this.health.restored();
      this.sockets = await this.openSockets(given);
      this.checkGoing();
      this.becomeUser(user);
      await this.startWorkers(this.sockets, credentials.ok ? credentials.value : undefined);
      this.checkGoing();
      const { addresses, tlsAddresses } = this.sockets;
      return { addresses, tlsAddresses, summary };
    } catch (error) {
      await this.stop(Promise.resolve());
      throw error;
    }
  }

  /** Speak to others: no server before this one does any more. */
  async begin(): Promise<void> {
    this.replication.start(await this.loader.arena, this.sockets?.addresses ?? []);
    this.statistics.start(() => this.pool?.replacements ?? 0);
  }

  /** Another server takes over: let it have what is kept in data-dir, and change nothing of that until `takeBack`. */
  async lend(): Promise<void> {
    // A reload would open again what is closed here.
    this.endLoan = await this.turns.hold();
    // Two writers in one file of dnstap destroy it.
    await this.configureDnstap({ ...this.config, dnstap: undefined });
    await this.loader.lend();
    await this.pool?.lendJournal();
    await this.health.stop();
  }

  /** It has not. */
  async takeBack(): Promise<void> {
    const { endLoan } = this;
    this.endLoan = undefined;
    this.loader.takeBack();
    this.pool?.takeBackJournal();
    this.watchTargets();
    await this.configureDnstap(this.config);
    // The sockets are guided by its cookies.
    this.pool?.setSettings(this.config.settings);
    endLoan?.();
  }

  /** Resolves at a stop, when no question is read any more. */
  get whenSilent(): Promise<void> {
    return this.silent.promise;
  }

  /** Take a new configuration: settings, channels and zones. What needs a restart is said. */
  async reload(wanted: Config, newOnly = false): Promise<LoadSummary> {
    this.warnOfRestart(wanted);
    const written = this.logs.withSwitches(wanted);
    const { dataDir } = this.config;
    // The journal is open, and stays where it is.
    const config = dataDir === undefined ? this.withDataDir(written, undefined) : { ...written, dataDir };
    await this.logs.configure(config);
    // Before the zones: a list that a zone names is there when the zone is found.
    this.pool?.setSettings(config.settings);
    await this.configureDnstap(config);
    const credentials = await this.certificate.renew(config);
    if (credentials !== undefined) this.pool?.setCredentials(credentials);
    this.config = config;
    this.configuredMs = Date.now();
    return await this.catalogs.load(config, newOnly);
  }

  /** Serve the zones of `config`, under the settings in force. What is served from its file already is not read again. */
  async changeZones(config: Config): Promise<LoadSummary> {
    // With restrictions there may be something to log.
    await this.logs.startFor(config);
    this.pool?.setSettings(config.settings);
    this.config = config;
    return await this.catalogs.load(config, true);
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
      isQueryLogOn: this.logs.isQueryLogOn(),
      isResponseLogOn: this.logs.isResponseLogOn(),
      debugLevel: this.logs.debugLevel,
    };
  }

  /** For load balancers and monitoring. */
  vitals(): Omit<Vitals, 'zoneOctetsLimit'> {
    return {
      isLeaving: this.isLeaving,
      udpWorkers: 0,
      tcpWorkers: 0,
      ...this.pool?.answering,
      replacements: this.pool?.replacements ?? 0,
      logDropped: this.memory.logDropped,
      dnstapDropped: this.dnstap.dropped,
      refusedZones: this.loader.lastSummary?.refusedZones ?? 0,
    };
  }

  counters(): CounterSums {
    return sumCounters(this.memory.counters);
  }

  async setQueryLog(on: boolean): Promise<void> {
    this.config = { ...this.config, querylog: on };
    await this.logs.setQueryLog(this.config, on);
  }

  async setResponseLog(on: boolean): Promise<void> {
    this.config = { ...this.config, responselog: on };
    await this.logs.setResponseLog(this.config, on);
  }

  /** 0: no debug messages. */
  setDebugLevel(level: number): void {
    this.logs.setDebugLevel(level);
  }

  /** Close all log files and open them anew. Gives why some could not be. */
  reopenLogs(): Promise<readonly string[]> {
    return this.logs.configure(this.config);
  }

  /**
   * Answer what was received, write all logs, let go of everything. `hurry` resolves when nobody wants to wait any more. `graceMs`: another
   * server has taken over, and connections are served out for so long.
   */
  async stop(hurry: Promise<unknown>, graceMs = 0): Promise<void> {
    const isRepeated = this.isStopping;
    this.isStopping = true;
    this.isLeaving = true;
    this.statistics.stop();
    this.certificate.stop();
    if (isRepeated) {
      this.sockets?.close();
      return;
    }
    this.catalogs.stop();
    this.steerer.stop();
    this.publisher.stop();
    this.replication.stop();
    if (graceMs > 0) this.updates.handedOver();
    // Questions are answered while master files are written, so that they wait for the next server no longer than they have to.
    const written = this.loader.stop();
    await Promise.race([written, hurry]);
    const stopped = this.pool?.stop(hurry, graceMs);
    await this.pool?.whenUdpEnded();
    this.silent.resolve();
    await stopped;
    await this.statistics.write(this.pool?.replacements ?? 0);
    this.sockets?.close();
    for (const { address, port } of this.sockets?.addresses ?? [])
      this.log.info('network', `no longer listening on ${address}#${port}`);
    await written;
    await this.health.stop();
    await this.dnstap.stop();
    this.log.notice('general', 'exiting');
    await this.logs.stop(this.config);
  }

  private watchTargets(): void {
    // Else it would write its verdicts where the other server does.
    if (this.endLoan !== undefined) return;
    const { table, targets } = this.steerer.newest;
    this.health.configure(planHealth(targets, this.configServed), table, this.config.dataDir);
  }

  private async configureDnstap({ dnstap }: Config): Promise<void> {
    const configured = this.dnstap.configure(dnstap);
    // At once: where it goes off, workers stop telling before the thread ends.
    this.pool?.setTaps();
    for (const problem of await configured) this.log.error('dnstap', problem);
  }

  /** A stop that came meanwhile did not see what has been opened since. */
  private checkGoing(): void {
    if (this.isStopping) throw new StartFailed('stopped while starting');
  }

  /** With the members of catalogs, before the loader gets them. */
  private announceZones(config: Config): void {
    this.served = config;
    this.zoneFacts.keep(config.zones);
    this.replication.configure(config);
    this.updates.configure(config);
    this.steerer.configure(config.zones);
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

  private load(): Promise<LoadSummary> {
    const loading = this.catalogs.load(this.config);
    // Looked at by `checkLoaded`, unless something else has failed before.
    loading.catch(() => undefined);
    return loading;
  }

  private async checkLoaded(loading: Promise<LoadSummary>): Promise<LoadSummary> {
    if (this.config.zones.length === 0) throw this.failed(['no zones: there is nothing to serve']);
    const summary = await loading.catch((error: Error) => {
      throw this.failed([error.message]);
    });
    const problem = judgeLoaded(this.config, summary, this.log);
    if (problem !== undefined) throw this.failed([problem]);
    return summary;
  }

  private async openSockets({ takeover, passed }: GivenSockets): Promise<ListenSockets> {
    const udpWorkers = countUdpWorkers(this.config.workers);
    const opened = await openListenSockets(this.config.listen, {
      takeover,
      passed,
      udpWorkers,
      tcpWorkers,
      hasCookieQueues: this.config.settings.cookies !== undefined,
      tls: this.config.tls?.listen ?? [],
    });
    if (!opened.ok) throw this.failed(opened.error.map(({ message }) => message));
    const { taken, closed } = opened.value;
    if (taken > 0) this.log.info('network', `${taken} open sockets taken over, with what waits in them`);
    for (const reason of closed) this.log.warning('network', `a socket that was passed is closed: ${reason}`);
    return opened.value;
  }

  private becomeUser(user: UnixUser | undefined): void {
    const problem = user === undefined ? undefined : dropPrivileges(this.config, user, this.log);
    if (problem !== undefined) throw this.failed([problem]);
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
    this.pool = new WorkerPool(
      { arena, sockets, memory, threads, dnstap: this.dnstap, takeDeferred },
      options,
      this.log,
    );
    this.pool.setSteering(this.steerer.newest.table);
    const problems = await this.pool.start();
    if (problems.length > 0) throw this.failed(problems);
  }

  /** What workers leave to main: nothing but these three. */
  private takeDeferred(request: DeferredRequest): void {
    const { opcode } = request.request;
    if (opcode === Opcode.notify) this.replication.takeNotify(request);
    else if (opcode === Opcode.query) void this.peerAnswers.take(request);
    else this.updates.take(request);
  }

  private warnOfRestart(config: Config): void {
    // Also what was said at an earlier reload, for as long as it is so.
    const { begun } = this;
    const changed = restartNeeds(begun, config);
    if (changed.length > 0)
      this.log.warning('config', `${changed.join(', ')} changed: takes effect at the next restart`);
    const needed = privilegeNeeds(begun, config);
    if (needed !== undefined) this.log.warning('config', needed);
  }

  /** Log each reason; `throw` what this gives. What fails because a stop has cut it short is no news. */
  private failed(reasons: readonly string[]): StartFailed {
    if (!this.isStopping) for (const reason of reasons) this.log.error('general', reason);
    return new StartFailed(reasons.join('; '));
  }
}
