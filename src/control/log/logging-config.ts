/** BIND's `logging` block, read: channels by name and which categories go to which of them. */
export interface LoggingConfig {
  readonly channels: readonly ChannelConfig[];
  /** Category to names of channels. A category that is not here goes where `default` goes. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

export interface ChannelConfig {
  readonly name: string;
  readonly destination: ChannelDestination;
  readonly severity: ChannelSeverity;
  readonly printTime: PrintTime;
  readonly printSeverity: boolean;
  readonly printCategory: boolean;
}

export type ChannelDestination =
  | {
      readonly kind: 'file';
      /** Absolute. */
      readonly path: string;
      /** Old files kept; `undefined`: no rotation. */
      readonly versions: number | undefined;
      /** `undefined`: no limit. */
      readonly sizeOctets: number | undefined;
    }
  | { readonly kind: 'stderr' }
  | { readonly kind: 'null' };

/** `local` as BIND's `yes`: 22-Nov-2026 20:39:44.202. */
export type PrintTime = 'no' | 'local' | 'iso8601' | 'iso8601-utc';

export const severityRank = { critical: 0, error: 1, warning: 2, notice: 3, info: 4, debug: 5 } as const;
export type LogSeverity = keyof typeof severityRank;

/** Everything down to this severity. `dynamic` is info while the debug level is 0, and ours is 0. */
export type ChannelSeverity = Exclude<LogSeverity, 'debug'> | 'dynamic' | { readonly debug: number };

/** BIND 9's categories, and `statistics`, which BIND 8 had and ours has again. */
export const logCategories: readonly string[] = [
  'client',
  'cname',
  'config',
  'database',
  'default',
  'delegation-only',
  'dispatch',
  'dnssec',
  'dnstap',
  'edns-disabled',
  'general',
  'lame-servers',
  'network',
  'notify',
  'nsid',
  'queries',
  'query-errors',
  'rate-limit',
  'resolver',
  'rpz',
  'rpz-passthru',
  'security',
  'serve-stale',
  'spill',
  'sslkeylog',
  'statistics',
  'trust-anchor-telemetry',
  'unmatched',
  'update',
  'update-security',
  'xfer-in',
  'xfer-out',
  'zoneload',
];

/** Channels that are there without being defined, as in BIND. */
export const builtInChannels: readonly ChannelConfig[] = [
  {
    name: 'null',
    destination: { kind: 'null' },
    severity: 'info',
    printTime: 'no',
    printSeverity: false,
    printCategory: false,
  },
  {
    name: 'default_stderr',
    destination: { kind: 'stderr' },
    severity: 'info',
    printTime: 'local',
    printSeverity: true,
    printCategory: true,
  },
];

export const noLogging: LoggingConfig = { channels: builtInChannels, categories: {} };
