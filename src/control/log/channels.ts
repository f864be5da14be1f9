import type { ChannelWriter } from './channel-writer.ts';
import { describeFileError, FileChannel, type FileOwner } from './file-channel.ts';
import { formatPrefix } from './line-prefix.ts';
import type { LogTrouble } from './log-trouble.ts';
import { type ChannelConfig, type LoggingConfig, type LogSeverity, logCategories } from './logging-config.ts';
import { channelsOf, takes } from './routes.ts';
import { StderrChannel } from './stderr-channel.ts';

/** A channel that a category goes to. */
export interface OpenChannel {
  readonly config: ChannelConfig;
  readonly writer: ChannelWriter;
}

/** The open channels of one logging block and the way of each category into them. */
export class Channels {
  private readonly open: readonly OpenChannel[];
  private readonly byCategory: ReadonlyMap<string, readonly OpenChannel[]>;
  /** Why files could not be opened; their lines are kept for a while and tried again at each flush. */
  readonly problems: readonly string[];

  constructor(logging: LoggingConfig, owner: FileOwner | undefined) {
    const problems: string[] = [];
    this.open = logging.channels.flatMap((config) => {
      const writer = openWriter(config, owner, problems);
      return writer === undefined ? [] : { config, writer };
    });
    this.problems = problems;
    this.byCategory = new Map(
      logCategories.map((category) => {
        const configs = channelsOf(logging, category);
        return [category, this.open.filter(({ config }) => configs.includes(config))];
      }),
    );
  }

  write(category: string, severity: LogSeverity, timeMs: number, message: string): void {
    for (const { config, writer } of this.takers(category, severity)) {
      writer.write(formatPrefix(config, timeMs, category, severity) + message);
    }
  }

  /** The channels that take lines of this category and severity. */
  takers(category: string, severity: LogSeverity): readonly OpenChannel[] {
    return (this.byCategory.get(category) ?? []).filter(({ config }) => takes(config.severity, severity));
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

/** All files are created at start, also those that no category names, as BIND does. */
function openWriter(
  config: ChannelConfig,
  owner: FileOwner | undefined,
  problems: string[],
): ChannelWriter | undefined {
  const { destination, name } = config;
  if (destination.kind === 'stderr') return new StderrChannel();
  if (destination.kind === 'null') return undefined;
  const channel = new FileChannel(destination, owner);
  try {
    channel.open();
  } catch (error) {
    problems.push(`logging channel ${name}: cannot open ${destination.path}: ${describeFileError(error)}`);
  }
  return channel;
}
