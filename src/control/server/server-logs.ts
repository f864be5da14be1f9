import { AccessList, defaultAccessTable } from '../../plane/access/access-list-table.ts';
import type { Config } from '../config/config.ts';
import { writtenViews } from '../config/views.ts';
import type { Log } from '../log/log.ts';
import { LogThreadClient } from '../log/log-thread-client.ts';
import { type LoggingConfig, noLogging } from '../log/logging-config.ts';
import { channelsOf, isQueryLogOn, takes } from '../log/routes.ts';
import type { WorkerNews } from '../log/worker-news.ts';
import type { PoolMemory } from '../workers/worker-pool.ts';
import type { UnixUser } from './privileges.ts';

/**
 * The server's channels: the thread that writes them, which is started when there is something to write, and the words by which workers
 * know what to log.
 */
export class ServerLogs {
  private readonly log: Log;
  private readonly memory: PoolMemory;
  private thread: LogThreadClient | undefined;
  /** What an operator has said while the server ran; holds until it ends, as with BIND. */
  private querylog: boolean | undefined;
  private responselog: boolean | undefined;
  private readonly takeNews: ((news: readonly WorkerNews[]) => void) | undefined;
  private logging: LoggingConfig = noLogging;

  /** `takeNews`: see LogThreadClient. */
  constructor(log: Log, memory: PoolMemory, takeNews?: (news: readonly WorkerNews[]) => void) {
    this.log = log;
    this.takeNews = takeNews;
    this.memory = memory;
  }

  /** The configuration with what the operator has said since. */
  withSwitches(config: Config): Config {
    return {
      ...config,
      querylog: this.querylog ?? config.querylog,
      responselog: this.responselog ?? config.responselog,
    };
  }

  /** Open the channels of the start. Resolves to why some can't be opened. */
  open(config: Config, owner: UnixUser | undefined): Promise<readonly string[]> {
    if (!needsLogThread(config)) return Promise.resolve([]);
    const thread = this.start(config, owner);
    this.apply(config);
    return thread.problems;
  }

  /** Close all files, open those of `config`. Resolves to why some could not be opened, which has been logged. */
  async configure(config: Config): Promise<readonly string[]> {
    const problems = await this.reopen(config);
    for (const problem of problems) this.log.say({ category: 'general', severity: 'error', message: problem });
    this.apply(config);
    return problems;
  }

  /** Start the thread where it was not needed so far. */
  async startFor(config: Config): Promise<void> {
    if (this.thread === undefined && needsLogThread(config)) await this.configure(config);
  }

  async setQueryLog(config: Config, on: boolean): Promise<void> {
    this.querylog = on;
    if (on && this.thread === undefined) await this.configure(this.withSwitches(config));
    this.memory.control.setQueryLog(on);
    this.log.info('general', `query logging is now ${on ? 'on' : 'off'}`);
  }

  async setResponseLog(config: Config, on: boolean): Promise<void> {
    this.responselog = on;
    if (on && this.thread === undefined) await this.configure(this.withSwitches(config));
    this.memory.control.setResponseLog(on);
    this.log.info('general', `response logging is now ${on ? 'on' : 'off'}`);
  }

  /** 0: no debug messages. Holds until the server ends, as with BIND. */
  setDebugLevel(level: number): void {
    this.log.setDebugLevel(level);
    this.thread?.setDebugLevel(level);
    this.lookForDebugChannels();
    // BIND is silent where it is switched off.
    if (level > 0) this.log.info('general', `debug level is now ${level}`);
  }

  get debugLevel(): number {
    return this.log.debugLevel;
  }

  isQueryLogOn(): boolean {
    return this.memory.control.isQueryLogOn();
  }

  isResponseLogOn(): boolean {
    return this.memory.control.isResponseLogOn();
  }

  /** Have all written. From then on only stderr is left. */
  async stop(config: Config): Promise<void> {
    this.log.route(config.logging, undefined);
    await this.thread?.stop();
  }

  private async reopen(config: Config): Promise<readonly string[]> {
    if (this.thread !== undefined) return this.thread.configure(config.logging);
    return needsLogThread(config) ? this.start(config, undefined).problems : [];
  }

  private start({ logging }: Config, owner: UnixUser | undefined): LogThreadClient {
    const { debugLevel, memory, takeNews } = this;
    const start = { logging, sources: memory.logSources, owner, debugLevel };
    this.thread = new LogThreadClient(this.log, start, takeNews);
    return this.thread;
  }

  private apply({ logging, querylog, responselog }: Config): void {
    const { thread } = this;
    this.log.route(logging, thread === undefined ? undefined : (event) => thread.write(event));
    this.memory.control.setQueryLog(isQueryLogOn(logging, querylog));
    this.memory.control.setResponseLog(responselog === true);
    this.memory.control.setSecurityLog(thread !== undefined);
    this.logging = logging;
    this.lookForDebugChannels();
  }

  /** Whether somebody reads what BIND says of failed questions to those who debug only. */
  private lookForDebugChannels(): void {
    const channels = this.thread === undefined ? [] : channelsOf(this.logging, 'query-errors');
    this.memory.control.setQueryErrorLog(channels.some((channel) => takes(channel, 'debug', this.debugLevel)));
  }
}

/** Without channels, query log, and anything that may be denied, limited or transferred there is nothing for it to do. */
function needsLogThread(config: Config): boolean {
  const { logging, querylog, responselog, access, keys, zones, views, settings } = config;
  const hasFiles = logging.channels.some(
    ({ destination, isDebugOnly }) => destination.kind === 'file' && isDebugOnly !== true,
  );
  const hasViews = writtenViews({ views }).length > 0;
  const hasLists = hasViews || access.lists.length > defaultAccessTable.lists.length || keys.length > 0;
  const isShared = zones.some(({ allowQuery, allowTransfer, update, type }) => {
    const isOpen = allowQuery === AccessList.any && allowTransfer === AccessList.none;
    return !isOpen || update !== undefined || type === 'secondary';
  });
  if (hasLists || isShared || responselog === true || settings.rateLimits !== undefined) return true;
  return hasFiles || Object.keys(logging.categories).length > 0 || isQueryLogOn(logging, querylog);
}
