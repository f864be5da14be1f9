/** BIND's `logging` block, read: channels by name and which categories go to which of them. */
export interface LoggingConfig {
  /** Names of views by their numbers; missing: there is only the default view, which lines don't show. */
  readonly viewNames?: readonly string[];
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
  /** `json`: one object a line, which has time, category and severity whatever `print*` says. */
  readonly format?: 'bind' | 'json' | undefined;
  /** Files only: written in blocks, at the latest after a second. */
  readonly isBuffered?: boolean | undefined;
  /** Takes nothing, and has no file, while the debug level is 0 (BIND's `default_debug`). */
  readonly isDebugOnly?: boolean | undefined;
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
      /** What old files are named by: f.0 is the newest (the default), or when they were put away. */
      readonly suffix?: FileSuffix | undefined;
    }
  | { readonly kind: 'syslog'; readonly facility: SyslogFacility; readonly tag: string }
  | { readonly kind: 'stderr' }
  | { readonly kind: 'null' };

export type FileSuffix = 'increment' | 'timestamp';

/** RFC 5424 §6.2.1; the names and numbers are those of Linux. */
export const syslogFacilities = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;
export type SyslogFacility = keyof typeof syslogFacilities;

export function isSyslogFacility(word: string): word is SyslogFacility {
  return Object.hasOwn(syslogFacilities, word);
}

/** `local` as BIND's `yes`: 22-Nov-2026 20:39:44.202. */
export type PrintTime = 'no' | 'local' | 'iso8601' | 'iso8601-utc';

const namedLevels = { critical: -5, error: -4, warning: -3, notice: -2, info: -1 } as const;

/** `debug` is BIND's first level, `debug 2` its second. */
export type LogSeverity = keyof typeof namedLevels | 'debug' | `debug ${number}`;

/** BIND's number of a severity: below 0, or the debug level at which it is shown. */
export function severityLevel(severity: LogSeverity): number {
  const level = (namedLevels as Readonly<Record<string, number>>)[severity];
  return level ?? (severity === 'debug' ? 1 : Number(severity.slice('debug '.length)));
}

/** Everything down to this severity. `dynamic`: down to the debug level, which is info while that is 0. */
export type ChannelSeverity = keyof typeof namedLevels | 'dynamic' | { readonly debug: number };

/** What syslog lines name as their program, unless the channel has a `tag`. */
export const defaultTag = 'ringzone';

/** BIND 9's categories, `statistics`, which BIND 8 had and ours has again, and `health`, which is ours. */
export const logCategories = [
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
  'health',
  'lame-servers',
  'network',
  'notify',
  'nsid',
  'queries',
  'query-errors',
  'rate-limit',
  'resolver',
  'responses',
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
] as const;
export type LogCategory = (typeof logCategories)[number];

export function isLogCategory(text: string): text is LogCategory {
  return (logCategories as readonly string[]).includes(text);
}

const plain = { printTime: 'no', printSeverity: false, printCategory: false } as const;

/** Channels that are there without being defined, and print what BIND's print. `default_debug` lies where relative paths begin. */
export const builtInChannels: readonly ChannelConfig[] = [
  { name: 'null', destination: { kind: 'null' }, severity: 'info', ...plain },
  { name: 'default_stderr', destination: { kind: 'stderr' }, severity: 'info', ...plain, printTime: 'local' },
  {
    name: 'default_syslog',
    destination: { kind: 'syslog', facility: 'daemon', tag: defaultTag },
    severity: 'info',
    ...plain,
  },
  {
    name: 'default_debug',
    destination: { kind: 'file', path: 'named.run', versions: undefined, sizeOctets: undefined },
    severity: 'dynamic',
    ...plain,
    printTime: 'local',
    isDebugOnly: true,
  },
];

/** Where lines of workers go whose category has no route. */
export const unroutedChannel: ChannelConfig = {
  name: 'stderr',
  destination: { kind: 'stderr' },
  severity: 'dynamic',
  printTime: 'local',
  printSeverity: true,
  printCategory: true,
};

export const noLogging: LoggingConfig = { channels: builtInChannels, categories: {} };
