/** Which channels take a category, by BIND's rules. */
import {
  type ChannelConfig,
  type ChannelSeverity,
  type LoggingConfig,
  type LogSeverity,
  severityLevel,
  unroutedChannel,
} from './logging-config.ts';

/**
 * The channel names of a category: its own, else those of `default`; `undefined` where neither is configured. `unmatched` (what no
 * view takes) is discarded unless it is named, as in BIND.
 */
export function channelNames(logging: LoggingConfig, category: string): readonly string[] | undefined {
  const { categories } = logging;
  if (Object.hasOwn(categories, category)) return categories[category];
  return category === 'unmatched' ? [] : categories.default;
}

/**
 * The channels that take lines of a category, without those that discard them. Without any routing, what workers say goes to
 * stderr, and events of the control plane are said there by pino.
 */
export function channelsOf(logging: LoggingConfig, category: string): readonly ChannelConfig[] {
  const names = channelNames(logging, category);
  if (names === undefined) return workerCategories.includes(category) ? [unroutedChannel] : [];
  return logging.channels.filter(({ name, destination }) => names.includes(name) && destination.kind !== 'null');
}

/** Of questions and answers (somebody set `querylog` or `responselog`), of what was denied or held back, of transfers. */
const workerCategories: readonly string[] = [
  'queries',
  'query-errors',
  'rate-limit',
  'responses',
  'security',
  'xfer-out',
];

/** Whether the operator has a category discarded: it is routed, and to nothing but `null`. */
export function isSilenced(logging: LoggingConfig, category: string): boolean {
  return channelNames(logging, category) !== undefined && channelsOf(logging, category).length === 0;
}

/** Whether a channel takes a line of this severity at this debug level. */
export function takes(channel: TakenBy, line: LogSeverity, debugLevel: number): boolean {
  if (channel.isDebugOnly === true && debugLevel === 0) return false;
  return severityLevel(line) <= highestLevel(channel.severity, debugLevel);
}

export type TakenBy = Pick<ChannelConfig, 'severity' | 'isDebugOnly'>;

/** `debug N` prints that much even where the debug level is 0: so does BIND, whatever its manual says. */
function highestLevel(severity: ChannelSeverity, debugLevel: number): number {
  if (typeof severity === 'object') return severity.debug;
  return severity === 'dynamic' ? debugLevel : severityLevel(severity);
}

/** Whether questions are logged: what `querylog` says, else whether the category is routed by its own name (BIND). */
export function isQueryLogOn(logging: LoggingConfig, querylog: boolean | undefined): boolean {
  return querylog ?? Object.hasOwn(logging.categories, 'queries');
}
