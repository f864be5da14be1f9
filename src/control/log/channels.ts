import type { ChannelWriter } from './channel-writer.ts';
import { describeFileError, FileChannel, type FileOwner } from './file-channel.ts';
import { formatJsonLine } from './json-line.ts';
import { formatPrefix } from './line-prefix.ts';
import type { LogEvent } from './log-event.ts';
import type { LogTrouble } from './log-trouble.ts';
import { type ChannelConfig, type LoggingConfig, type LogSeverity, logCategories } from './logging-config.ts';
import { channelsOf, takes } from './routes.ts';
import { StderrChannel } from './stderr-channel.ts';
import { SyslogChannel } from './syslog-channel.ts';

/** A channel that a category goes to. */
export interface OpenChannel {
  readonly config: ChannelConfig;
  readonly writer: ChannelWriter;
}

/** The open channels of one logging block and the way of each category into them. */
export class Channels {
  private readonly open: readonly OpenChannel[];
  private readonly byCategory: ReadonlyMap<string, readonly OpenChannel[]>;
  private debugLevel: number;
  /** Why files could not be opened; their lines are kept for a while and tried again at each flush. */
  readonly problems: readonly string[];

  constructor(logging: LoggingConfig, owner: FileOwner | undefined, debugLevel: number) {
    this.debugLevel = debugLevel;
    const routes = new Map(logCategories.map((category) => [category, channelsOf(logging, category)]));
    const routed = new Set([...routes.values()].flat());
    const problems: string[] = [];
    const writers = new Map<ChannelConfig, OpenChannel>();
    for (const config of new Set([...logging.channels, ...routed])) {
      const writer = openWriter(config, routed.has(config), owner, problems);
      if (writer !== undefined) writers.set(config, { config, writer });
    }
    this.open = [...writers.values()];
    this.problems = problems;
    this.byCategory = new Map(
      [...routes].map(([category, configs]) => [category, configs.flatMap((config) => writers.get(config) ?? [])]),
    );
  }

  setDebugLevel(level: number): void {
    this.debugLevel = level;
  }

  write(event: LogEvent): void {
    const { category, severity, timeMs, message } = event;
    for (const { config, writer } of this.takers(category, severity)) {
      const line =
        config.format === 'json' ? formatJsonLine(event) : formatPrefix(config, timeMs, category, severity) + message;
      writer.write(line, severity, timeMs);
    }
  }

  /** The channels that take lines of this category and severity, at the debug level of now. */
  takers(category: string, severity: LogSeverity): readonly OpenChannel[] {
    return (this.byCategory.get(category) ?? []).filter(({ config }) => takes(config, severity, this.debugLevel));
  }

  /** How soon a flush is worth trying again; infinite where nothing waits. */
  retryMs(): number {
    return Math.min(...this.open.map(({ writer }) => writer.retryMs()), Number.POSITIVE_INFINITY);
  }

  flush(): void {
    for (const { writer } of this.open) writer.flush();
  }

  close(): void {
    for (const { writer } of this.open) writer.close();
  }

  takeTroubles(nowMs: number): readonly LogTrouble[] {
    return this.open.flatMap(({ writer }) => writer.takeTrouble(nowMs) ?? []);
  }
}

/**
 * All files are created at start, also those that no category names, as BIND does; but not what is there without being defined and is not
 * wanted.
 */
function openWriter(
  config: ChannelConfig,
  isRouted: boolean,
  owner: FileOwner | undefined,
  problems: string[],
): ChannelWriter | undefined {
  const { destination, name } = config;
  switch (destination.kind) {
    case 'null':
      return undefined;
    case 'stderr':
      return isRouted ? new StderrChannel() : undefined;
    case 'syslog':
      return isRouted ? opened(new SyslogChannel(destination), name, 'syslog', problems) : undefined;
    case 'file': {
      const channel = new FileChannel(destination, owner, config.isBuffered);
      return config.isDebugOnly === true ? channel : opened(channel, name, destination.path, problems);
    }
  }
}

function opened<Writer extends FileChannel | SyslogChannel>(
  writer: Writer,
  name: string,
  what: string,
  problems: string[],
): Writer {
  try {
    writer.open();
  } catch (error) {
    problems.push(`logging channel ${name}: cannot open ${what}: ${describeFileError(error)}`);
  }
  return writer;
}
