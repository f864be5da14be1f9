/** Which channels take a category, by BIND's rules. */
import {
  type ChannelConfig,
  type ChannelSeverity,
  type LoggingConfig,
  type LogSeverity,
  severityRank,
} from './logging-config.ts';

/** The channel names of a category: its own, else those of `default`; `undefined` where neither is configured. */
export function channelNames(logging: LoggingConfig, category: string): readonly string[] | undefined {
  const { categories } = logging;
  if (Object.hasOwn(categories, category)) return categories[category];
  return categories.default;
}

/**
 * The channels that take lines of a category, without those that discard them. Without any routing, what workers say goes to
 * stderr, and events of the control plane are said there by pino.
 */
export function channelsOf(logging: LoggingConfig, category: string): readonly ChannelConfig[] {
  const names = channelNames(logging, category) ?? (workerCategories.includes(category) ? ['default_stderr'] : []);
  return logging.channels.filter(({ name, destination }) => names.includes(name) && destination.kind !== 'null');
}

/** Of questions (somebody set `querylog`), of what was denied, of transfers. */
const workerCategories: readonly string[] = ['queries', 'security', 'xfer-out'];

/** Whether the operator has a category discarded: it is routed, and to nothing but `null`. */
export function isSilenced(logging: LoggingConfig, category: string): boolean {
  return channelNames(logging, category) !== undefined && channelsOf(logging, category).length === 0;
}

/** Whether a channel of this severity takes a line of that one. */
export function takes(channel: ChannelSeverity, line: LogSeverity): boolean {
  if (typeof channel === 'object') return true;
  return severityRank[line] <= severityRank[channel === 'dynamic' ? 'info' : channel];
}

/** Whether questions are logged: what `querylog` says, else whether the category is routed by its own name (BIND). */
export function isQueryLogOn(logging: LoggingConfig, querylog: boolean | undefined): boolean {
  return querylog ?? Object.hasOwn(logging.categories, 'queries');
}
