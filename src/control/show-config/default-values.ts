/** What a configuration says where it is silent, in the words of ringzone.yaml. */
import { formatListenAddress } from '../../plane/sockets/socket-address.ts';
import type { Config, HttpConfig } from '../config/config.ts';
import { defaultNotifyDelayMs, defaultTransferTimes, defaultZoneLimits } from '../config/default-zone.ts';
import { defaultDataDir } from '../config/defaults.ts';
import { defaultPolicy } from '../steering/steering-settings.ts';

type Values = Readonly<Record<string, unknown>>;

const { limits, journalOctets, maxIxfrRatio } = defaultZoneLimits;

/** What zones are served like that say nothing for themselves. */
const zoneDefaults: Values = {
  watch: false,
  'allow-query': ['any'],
  'allow-transfer': ['none'],
  'require-tls': false,
  'allow-notify': ['none'],
  'allow-update': ['none'],
  'also-notify': [],
  notify: true,
  'notify-delay': duration(defaultNotifyDelayMs),
  'notify-source': 'any',
  'notify-source-v6': 'any',
  'transfer-source': 'any',
  'transfer-source-v6': 'any',
  'max-transfer-time-in': duration(defaultTransferTimes.inMs),
  'max-transfer-idle-in': duration(defaultTransferTimes.idleInMs),
  'max-transfer-time-out': duration(defaultTransferTimes.outMs),
  'max-transfer-idle-out': duration(defaultTransferTimes.idleOutMs),
  'ixfr-from-differences': false,
  'max-records': limits.maxRecords,
  'max-transfer-size': limits.maxTransferOctets,
  'max-journal-size': journalOctets,
  'max-ixfr-ratio': `${maxIxfrRatio}%`,
  'min-refresh-time': `${limits.minRefreshSeconds}s`,
  'max-refresh-time': `${limits.maxRefreshSeconds}s`,
  'min-retry-time': `${limits.minRetrySeconds}s`,
  'max-retry-time': `${limits.maxRetrySeconds}s`,
  'zonemd-verify': true,
  'sticky-prefix': [defaultPolicy.prefixBits4, defaultPolicy.prefixBits6],
  'degraded-ttl': `${defaultPolicy.degradedTtlSeconds}s`,
  'all-down': 'as-configured',
};

/** Of what is the same on every host. */
export const defaultValues: Values = {
  acl: {},
  keys: {},
  primaries: {},
  peers: [],
  blackhole: ['none'],
  ...zoneDefaults,
};

/** Of what depends on the host, on the command line, or on what an operator has said since the start. */
export function valuesOfServer(config: Config, written: Values): Values {
  const { settings, tcp, querylog, responselog } = config;
  return {
    listen: config.listen.map(formatListenAddress),
    workers: config.workers,
    'data-dir': config.dataDir ?? written['data-dir'] ?? defaultDataDir,
    control: config.control ?? false,
    http: valueOfHttp(config.http, written),
    'lame-duck': duration(config.lameDuckMs),
    'transfers-in': config.transfersIn,
    'transfers-out': config.transfersOut,
    'transfers-per-ns': config.transfersPerPrimary,
    'serial-query-rate': config.serialQueryRate,
    'notify-rate': config.notifyRate,
    'minimal-responses': settings.minimalResponses,
    'edns-udp-size': settings.ednsUdpOctets,
    version: settings.version ?? false,
    hostname: settings.hostname ?? false,
    'server-id': settings.serverId ?? false,
    'answer-cookie': settings.cookies !== undefined,
    'require-server-cookie': settings.cookies?.isRequired ?? false,
    'nocookie-udp-size': settings.noCookieUdpOctets,
    'tcp-clients': tcp.connections,
    'tcp-idle-timeout': duration(tcp.idleMs),
    'tcp-total-timeout': duration(tcp.totalMs),
    'allow-new-zones': config.allowNewZones,
    strict: config.strict,
    ...(querylog === undefined ? {} : { querylog }),
    ...(responselog === undefined ? {} : { responselog }),
  };
}

/** As it was written, unless the command line says something else. */
function valueOfHttp({ listen }: HttpConfig, { http }: Values): unknown {
  const addresses = listen.map(({ address }) => formatListenAddress(address));
  const places = Array.isArray(http) ? http : [http];
  if (http !== undefined && http !== false && places.length === addresses.length) return http;
  if (addresses.length < 2) return addresses[0] ?? false;
  return addresses;
}

/** In the largest unit that it is a whole number of. */
function duration(ms: number): string {
  const units = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const;
  const unit = units.find(([, unitMs]) => ms % unitMs === 0 && ms > 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}
