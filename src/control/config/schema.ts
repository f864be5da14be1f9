/**
 * The shape of ringzone.yaml. Leaves are parsed by values.ts; zod walks the maps and lists, finds what is missing or
 * unknown, and gives each problem the path at which it stands.
 */
import { z } from 'zod';
import { laterSettings, laterZoneSettings } from './later-settings.ts';
import {
  parseBoolean,
  parseDuration,
  parseInteger,
  parseListen,
  parseSize,
  parseText,
  parseWord,
  parseWorkers,
  ValueProblem,
} from './values.ts';

/** A leaf whose parser says what is wrong, as a zod schema. */
function leaf<T>(parse: (input: unknown) => T | ValueProblem) {
  return z.unknown().transform((input, context): T => {
    const value = parse(input);
    if (!(value instanceof ValueProblem)) return value;
    const params = { cf: value.code, hint: value.hint };
    context.issues.push({ code: 'custom', message: value.message, input, params });
    return z.NEVER;
  });
}

const boolean = leaf(parseBoolean);
const text = leaf(parseText);
const duration = leaf((input) => {
  const ms = parseDuration(input);
  if (ms instanceof ValueProblem || (ms >= 100 && ms <= maxTimeoutMs)) return ms;
  return new ValueProblem('CF06', 'a time-out is between 100ms and 1d');
});
const maxTimeoutMs = 86_400_000;

/** A text to answer with, or `none` or false for REFUSED. */
const identity = leaf((input): string | false | ValueProblem => {
  if (input === false || input === 'none') return false;
  if (typeof input === 'number') return String(input);
  const value = parseText(input);
  if (value instanceof ValueProblem || new TextEncoder().encode(value).length <= 255) return value;
  return new ValueProblem('CF06', 'longer than the 255 octets of a TXT string');
});

const minimalResponses = leaf((input) => {
  if (input === true) return 'yes';
  if (input === false) return 'no';
  return parseWord(['no', 'yes', 'no-auth', 'no-auth-recursive'])(input);
});

const severity = leaf((input) => {
  const debug = typeof input === 'string' ? /^debug(?:\s+(\d{1,2}))?$/i.exec(input.trim()) : null;
  if (debug !== null) return { debug: Number(debug[1] ?? 1) };
  return parseWord(['critical', 'error', 'warning', 'notice', 'info', 'dynamic', 'debug'])(input) as
    | ValueProblem
    | 'critical'
    | 'error'
    | 'warning'
    | 'notice'
    | 'info'
    | 'dynamic';
});

const printTime = leaf((input) => {
  if (input === 'local' || input === 'iso8601' || input === 'iso8601-utc') return input;
  const value = parseBoolean(input);
  if (!(value instanceof ValueProblem)) return value ? 'local' : 'no';
  return new ValueProblem('CF06', value.message, 'write true, false, local, iso8601 or iso8601-utc');
});

const channel = z.strictObject({
  file: text.optional(),
  stderr: boolean.optional(),
  null: boolean.optional(),
  syslog: z.unknown().optional(),
  versions: leaf((input) =>
    input === 'unlimited' ? Number.POSITIVE_INFINITY : parseInteger(0, 1000)(input),
  ).optional(),
  size: leaf((input) => {
    const size = parseSize(input);
    return size instanceof ValueProblem ? size : { octets: size };
  }).optional(),
  suffix: leaf(parseWord(['increment', 'timestamp'])).optional(),
  buffered: boolean.optional(),
  severity: severity.optional(),
  'print-time': printTime.optional(),
  'print-severity': boolean.optional(),
  'print-category': boolean.optional(),
  format: leaf(parseWord(['bind'])).optional(),
});

const zone = z.strictObject({
  type: leaf(parseWord(['primary', 'master', 'secondary', 'slave'])).optional(),
  file: text.optional(),
  class: leaf((input) => parseWord(['in', 'ch', 'hs'])(input)).optional(),
  watch: boolean.optional(),
  ...unchecked(laterZoneSettings),
});

export const configSchema = z.strictObject({
  listen: z.array(leaf(parseListen)).min(1).optional(),
  workers: leaf(parseWorkers).optional(),
  user: text.optional(),
  'data-dir': text.optional(),
  zones: z.record(z.string(), zone).optional(),
  'minimal-responses': minimalResponses.optional(),
  'edns-udp-size': leaf(parseInteger(512, 4096)).optional(),
  version: identity.optional(),
  hostname: identity.optional(),
  'server-id': identity.optional(),
  'tcp-clients': leaf(parseInteger(1, 100_000)).optional(),
  'tcp-idle-timeout': duration.optional(),
  'tcp-total-timeout': duration.optional(),
  logging: z
    .strictObject({
      channels: z.record(z.string(), channel).optional(),
      categories: z.record(z.string(), z.array(text)).optional(),
    })
    .optional(),
  querylog: boolean.optional(),
  watch: boolean.optional(),
  strict: boolean.optional(),
  ...unchecked(laterSettings),
});

/** The keys that later releases implement: known, their values not looked at. */
function unchecked(settings: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.keys(settings).map((key) => [key, z.unknown().optional()]));
}

/** The keys known at a place, for the nearest one to a key that isn't. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(configSchema.shape);
  if (path[0] === 'zones') return Object.keys(zone.shape);
  if (path[0] === 'logging') return path.length === 1 ? ['channels', 'categories'] : Object.keys(channel.shape);
  return [];
}

export type ParsedConfig = z.infer<typeof configSchema>;
export type ParsedChannel = z.infer<typeof channel>;
export type ParsedZone = z.infer<typeof zone>;
