/**
 * The shape of ringzone.yaml. Leaves are parsed by values.ts; zod walks the maps and lists, finds what is missing or
 * unknown, and gives each problem the path at which it stands.
 */
import * as z from 'zod/mini';
import type { ListenAddress } from '../../plane/messages.ts';
import { isSyslogFacility, syslogFacilities } from '../log/logging-config.ts';
import { parseHttp } from './build-http.ts';
import { dnsOverTlsPort } from './build-remotes.ts';
import { type DnstapWord, dnstapWordList } from './dnstap-words.ts';
import { laterSettings, laterViewSettings, laterZoneSettings } from './later-settings.ts';
import { leaf } from './leaf.ts';
import { cookieSettings, rateLimitSchema } from './protection.ts';
import { rrsetOrderKeys, rrsetOrderSchema } from './rrset-order.ts';
import { ownerSchema, steeringKeys, steeringSettings, topSteeringSettings } from './steering-schema.ts';
import {
  parseBoolean,
  parseDuration,
  parseInteger,
  parseListen,
  parsePercentage,
  parseSize,
  parseSource,
  parseText,
  parseWord,
  parseWorkers,
  show,
  ValueProblem,
} from './values.ts';

/** Each pins a version in a reader's place of its own; see maxUdpWorkers. */
const maxTransfersOut = 64;

const tlsListen = leaf((input) => parseListen(input, dnsOverTlsPort));
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

/** The path of the socket, or false. */
const control = leaf((input): string | false | ValueProblem => {
  if (input === false) return false;
  const path = parseText(input);
  if (!(path instanceof ValueProblem)) return path;
  return new ValueProblem('CF05', `expected a path or false, found ${show(input)}`);
});

const minimalResponses = leaf((input) => {
  if (input === true) return 'yes';
  if (input === false) return 'no';
  return parseWord(['no', 'yes', 'no-auth', 'no-auth-recursive'])(input);
});

const severity = leaf((input) => {
  const debug = typeof input === 'string' ? /^debug(?:\s+(\d{1,9}))?$/i.exec(input.trim()) : null;
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

/** A facility; `true` is `daemon`, as where BIND has none. */
const syslog = leaf((input) => {
  if (typeof input === 'boolean') return { facility: input ? ('daemon' as const) : undefined };
  if (typeof input === 'string' && isSyslogFacility(input)) return { facility: input };
  const hint = `write true, or one of ${Object.keys(syslogFacilities).join(', ')}`;
  return new ValueProblem('CF06', `${show(input)} is not a facility of syslog`, hint);
});

const syslogTag = leaf((input) => {
  if (typeof input === 'string' && /^[!-9;-Z\\^-~]{1,32}$/.test(input)) return input;
  return new ValueProblem(
    'CF06',
    `${show(input)} is not a tag`,
    'write a program name such as named: no blank, colon or bracket',
  );
});

const versions = leaf((input) => (input === 'unlimited' ? Number.POSITIVE_INFINITY : parseInteger(0, 1000)(input)));
const rollSize = leaf((input) => {
  const size = parseSize(input);
  return size instanceof ValueProblem ? size : { octets: size };
});
const suffix = leaf(parseWord(['increment', 'timestamp']));

/** One word or several; false: none. */
const dnstap = leaf((input): readonly DnstapWord[] | ValueProblem => {
  if (input === false) return [];
  const words: DnstapWord[] = [];
  for (const written of Array.isArray(input) ? input : [input]) {
    const word = parseWord(dnstapWordList)(written);
    if (word instanceof ValueProblem) return word;
    words.push(word);
  }
  return words;
});

const dnstapOutput = z.strictObject({
  file: z.optional(text),
  unix: z.optional(text),
  size: z.optional(rollSize),
  versions: z.optional(versions),
  suffix: z.optional(suffix),
});

const channel = z.strictObject({
  file: z.optional(text),
  stderr: z.optional(boolean),
  null: z.optional(boolean),
  syslog: z.optional(syslog),
  tag: z.optional(syslogTag),
  versions: z.optional(
    leaf((input) => (input === 'unlimited' ? Number.POSITIVE_INFINITY : parseInteger(0, 1000)(input))),
  ),
  size: z.optional(
    leaf((input) => {
      const size = parseSize(input);
      return size instanceof ValueProblem ? size : { octets: size };
    }),
  ),
  suffix: z.optional(leaf(parseWord(['increment', 'timestamp']))),
  buffered: z.optional(boolean),
  'debug-only': z.optional(boolean),
  severity: z.optional(severity),
  'print-time': z.optional(printTime),
  'print-severity': z.optional(boolean),
  'print-category': z.optional(boolean),
  format: z.optional(leaf(parseWord(['bind', 'json']))),
});

/** Checked where the whole is known (inherited-settings.ts and others): they refer to keys, acls and lists by name. */
const later = z.optional(z.unknown());

const seconds = leaf((input) => {
  const ms = parseDuration(input);
  if (ms instanceof ValueProblem) return ms;
  if (ms >= 1000 && ms <= maxTimerMs) return Math.round(ms / 1000);
  return new ValueProblem('CF06', 'a timer of a zone is between 1s and 24855d');
});
/** RFC 1035 §2.3.4 and RFC 2181 §8: 31 bits. */
const maxTimerMs = 2_147_483_647_000;

/** A size, or `unlimited`, which is `Infinity`. */
const size = leaf((input) => {
  const octets = parseSize(input);
  return octets === undefined ? Number.POSITIVE_INFINITY : octets;
});

/** BIND's 0 is `unlimited` too. */
const count = leaf((input) =>
  input === 'unlimited' || input === 0 ? Number.POSITIVE_INFINITY : parseInteger(1, 4_294_967_295)(input),
);

/** From 0 on, which is at once. */
const delay = leaf((input) => {
  const ms = parseDuration(input);
  if (ms instanceof ValueProblem || ms <= maxTimeoutMs) return ms;
  return new ValueProblem('CF06', 'a delay is at most 1d');
});

/** After which the manager of services or containers has long lost patience. */
const maxLameDuckMs = 600_000;
const lameDuck = leaf((input) => {
  const ms = input === 0 ? 0 : parseDuration(input);
  if (ms instanceof ValueProblem || ms <= maxLameDuckMs) return ms;
  return new ValueProblem('CF06', 'a lame duck lives for 10m at most');
});

/** Of transfers, in milliseconds. */
const transferTime = leaf((input) => {
  const ms = parseDuration(input);
  // BIND has at most 28 days; Node's timers end at 24.8.
  if (ms instanceof ValueProblem || (ms >= 1000 && ms <= maxTransferMs)) return ms;
  return new ValueProblem('CF06', 'the time of a transfer is between 1s and 24d');
});
const maxTransferMs = 24 * 86_400_000;

const source4 = leaf(parseSource(4));
const source6 = leaf(parseSource(6));

/** One or several servers. */
const resolver = leaf((input): readonly ListenAddress[] | ValueProblem => {
  const addresses: ListenAddress[] = [];
  for (const written of Array.isArray(input) ? input : [input]) {
    const address = parseListen(written);
    if (address instanceof ValueProblem)
      return new ValueProblem('CF08', `${show(written)} is not the address of a resolver`, 'write [192.0.2.53]');
    addresses.push(address);
  }
  return addresses;
});

const notify = leaf((input) => {
  const value = parseBoolean(input);
  if (!(value instanceof ValueProblem)) return value ? 'yes' : 'no';
  const word = parseWord(['yes', 'no', 'explicit', 'primary-only', 'master-only'])(input);
  return word === 'master-only' ? 'primary-only' : word;
});

const differences = leaf((input) => {
  const value = parseBoolean(input);
  if (!(value instanceof ValueProblem)) return value;
  const word = parseWord(['primary', 'master', 'secondary', 'slave'])(input);
  if (word instanceof ValueProblem)
    return new ValueProblem('CF06', word.message, 'write true, false, primary or secondary');
  return word === 'primary' || word === 'master' ? 'primary' : 'secondary';
});

/** What zones say for themselves, and the top of the file for those that don't. */
const zoneDefaults = {
  watch: z.optional(boolean),
  'allow-query': later,
  'allow-transfer': later,
  'require-tls': z.optional(boolean),
  'allow-notify': later,
  'allow-update': later,
  'also-notify': later,
  notify: z.optional(notify),
  'notify-delay': z.optional(delay),
  'notify-source': z.optional(source4),
  'notify-source-v6': z.optional(source6),
  'transfer-source': z.optional(source4),
  'transfer-source-v6': z.optional(source6),
  'max-transfer-time-in': z.optional(transferTime),
  'max-transfer-idle-in': z.optional(transferTime),
  'max-transfer-time-out': z.optional(transferTime),
  'max-transfer-idle-out': z.optional(transferTime),
  'ixfr-from-differences': z.optional(differences),
  'max-records': z.optional(count),
  'max-transfer-size': z.optional(size),
  'max-journal-size': z.optional(size),
  'max-ixfr-ratio': z.optional(leaf(parsePercentage)),
  'min-refresh-time': z.optional(seconds),
  'max-refresh-time': z.optional(seconds),
  'min-retry-time': z.optional(seconds),
  'max-retry-time': z.optional(seconds),
  'zonemd-verify': z.optional(boolean),
  ...steeringSettings,
};

const key = z.strictObject({
  algorithm: z.optional(text),
  secret: z.optional(
    leaf((input) =>
      typeof input === 'string' ? input : new ValueProblem('CF24', 'expected the secret in base64, in quotes'),
    ),
  ),
  'secret-file': z.optional(text),
});

/** One or several values of RFC 9432's property, which is a TXT string. */
const groups = leaf((input): readonly string[] | ValueProblem => {
  const texts: readonly unknown[] = Array.isArray(input) ? input : [input];
  const isText = (text: unknown): text is string =>
    typeof text === 'string' && text !== '' && Buffer.byteLength(text) <= 255;
  if (texts.every(isText)) return texts;
  return new ValueProblem('CF06', `${show(input)} is not a group`, 'write a text of at most 255 octets, or a list');
});

/** Of a zone, and of the members of a catalog. */
const membership = { catalog: z.optional(text), 'catalog-group': z.optional(groups) };

const members = z.strictObject({ primaries: later, masters: later, ...membership, ...zoneDefaults });

const catalog = z.strictObject({
  members: z.optional(members),
  groups: z.optional(z.record(z.string(), members)),
});

const zone = z.strictObject({
  type: z.optional(leaf(parseWord(['primary', 'master', 'secondary', 'slave', 'catalog']))),
  file: z.optional(text),
  class: z.optional(leaf((input) => parseWord(['in', 'ch', 'hs'])(input))),
  primaries: later,
  masters: later,
  'update-policy': later,
  ...membership,
  ...zoneDefaults,
  owners: z.optional(z.record(z.string(), ownerSchema)),
  ...unchecked(laterZoneSettings),
});

const view = z.strictObject({
  'match-clients': later,
  'match-destinations': later,
  'match-recursive-only': z.optional(boolean),
  ...zoneDefaults,
  'rate-limit': z.optional(rateLimitSchema),
  'rrset-order': z.optional(rrsetOrderSchema),
  zones: z.optional(z.record(z.string(), zone)),
  catalogs: z.optional(z.record(z.string(), catalog)),
  ...unchecked(laterViewSettings),
});

export const configSchema = z.strictObject({
  listen: z.optional(z.array(leaf(parseListen)).check(z.minLength(1, 'expected at least one address'))),
  workers: z.optional(leaf(parseWorkers)),
  user: z.optional(text),
  'data-dir': z.optional(text),
  control: z.optional(control),
  http: z.optional(leaf(parseHttp)),
  'lame-duck': z.optional(lameDuck),
  tls: z.optional(
    z.strictObject({
      listen: z.optional(z.array(tlsListen).check(z.minLength(1, 'expected at least one address'))),
      'cert-file': z.optional(text),
      'key-file': z.optional(text),
      ephemeral: z.optional(boolean),
    }),
  ),
  keys: z.optional(z.record(z.string(), key)),
  acl: z.optional(z.record(z.string(), z.unknown())),
  primaries: z.optional(z.record(z.string(), z.unknown())),
  blackhole: later,
  'transfers-in': z.optional(leaf(parseInteger(1, 1000))),
  'transfers-out': z.optional(leaf(parseInteger(1, maxTransfersOut))),
  'transfers-per-ns': z.optional(leaf(parseInteger(1, 1000))),
  'serial-query-rate': z.optional(leaf(parseInteger(1, 10_000))),
  'notify-rate': z.optional(leaf(parseInteger(1, 10_000))),
  ...zoneDefaults,
  ...topSteeringSettings,
  resolver: z.optional(resolver),
  peers: later,
  zones: z.optional(z.record(z.string(), zone)),
  catalogs: z.optional(z.record(z.string(), catalog)),
  views: z.optional(z.record(z.string(), view)),
  'minimal-responses': z.optional(minimalResponses),
  'edns-udp-size': z.optional(leaf(parseInteger(512, 4096))),
  version: z.optional(identity),
  hostname: z.optional(identity),
  'server-id': z.optional(identity),
  'tcp-clients': z.optional(leaf(parseInteger(1, 100_000))),
  'tcp-clients-per-address': z.optional(leaf(parseInteger(1, 100_000))),
  'tcp-idle-timeout': z.optional(duration),
  'tcp-total-timeout': z.optional(duration),
  logging: z.optional(
    z.strictObject({
      channels: z.optional(z.record(z.string(), channel)),
      categories: z.optional(z.record(z.string(), z.array(text))),
    }),
  ),
  'rate-limit': z.optional(rateLimitSchema),
  'rrset-order': z.optional(rrsetOrderSchema),
  ...cookieSettings,
  'allow-new-zones': z.optional(boolean),
  querylog: z.optional(boolean),
  responselog: z.optional(boolean),
  dnstap: z.optional(dnstap),
  'dnstap-output': z.optional(dnstapOutput),
  'dnstap-identity': z.optional(identity),
  'dnstap-version': z.optional(identity),
  strict: z.optional(boolean),
  ...unchecked(laterSettings),
});

/** The keys that later releases implement: known, their values not looked at. */
function unchecked(settings: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.keys(settings).map((key) => [key, z.optional(z.unknown())]));
}

/** The keys known at a place, for the nearest one to a key that isn't. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(configSchema.shape);
  if (path[0] === 'zones' && path.length === 2) return Object.keys(zone.shape);
  if (path[0] === 'catalogs' && path.length === 2) return Object.keys(catalog.shape);
  const steering = path[0] === 'views' || path[0] === 'keys' ? undefined : steeringKeys(path);
  if (steering !== undefined) return steering;
  if (path[0] === 'zones') return Object.keys(zone.shape);
  if (path[0] === 'catalogs') return Object.keys(members.shape);
  if (path[0] === 'views') return path.length === 2 ? Object.keys(view.shape) : knownKeys(path.slice(2));
  if (path[0] === 'rrset-order') return rrsetOrderKeys;
  if (path[0] === 'dnstap-output') return Object.keys(dnstapOutput.shape);
  if (path[0] === 'keys') return Object.keys(key.shape);
  if (path.at(-1) === 'rate-limit') return Object.keys(rateLimitSchema.shape);
  if (path[0] === 'tls') return ['listen', 'cert-file', 'key-file', 'ephemeral'];
  if (path[0] === 'logging') return path.length === 1 ? ['channels', 'categories'] : Object.keys(channel.shape);
  return [];
}

export type ParsedConfig = z.infer<typeof configSchema>;
export type ParsedChannel = z.infer<typeof channel>;
export type ParsedKey = z.infer<typeof key>;
export type ParsedView = z.infer<typeof view>;
export type ParsedZone = z.infer<typeof zone>;
export type ParsedMembers = z.infer<typeof members>;
