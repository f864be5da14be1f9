/** From what was written to what is meant: defaults, absolute paths, and the checks that look at two places at once. */
import { resolve } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { AccessList } from '../../plane/access/access-list-table.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import type { Interfaces } from '../../plane/sockets/host-interfaces.ts';
import { hostInterfaces } from '../../plane/sockets/host-interfaces.ts';
import { formatListenAddress } from '../../plane/sockets/socket-address.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import { AccessTableBuilder } from '../access/access-table-builder.ts';
import { AclResolver } from '../access/acl-resolver.ts';
import { defaultProbesPerSecond } from '../health/health-plan.ts';
import { buildDnstap } from './build-dnstap.ts';
import { buildHttp } from './build-http.ts';
import { buildKeys, findKey } from './build-keys.ts';
import { buildLogging } from './build-logging.ts';
import { buildPeers } from './build-peers.ts';
import { dnsOverTlsPort, RemoteBuilder } from './build-remotes.ts';
import { buildViews } from './build-views.ts';
import { buildZones, writtenZones } from './build-zones.ts';
import type { ValueSource } from './complete-config.ts';
import type { Config, PeerConfig, TlsConfig, WrittenValues } from './config.ts';
import {
  defaultControl,
  defaultDataDir,
  defaultLameDuckMs,
  defaultListen,
  defaultRates,
  defaultSettings,
  defaultTcp,
  defaultTransfers,
} from './defaults.ts';
import type { ZoneParts } from './inherited-settings.ts';
import { buildProtection } from './protection.ts';
import type { Report } from './report.ts';
import { buildRrsetOrder } from './rrset-order.ts';
import type { ParsedConfig } from './schema.ts';
import type { Path } from './yaml-source.ts';

export type { Report } from './report.ts';

/** What reading a configuration depends on beside its text. */
export interface ReadOptions {
  /** The configuration in force: its keys, lists and views keep their numbers. */
  readonly previous?: (Pick<Config, 'access' | 'keys'> & Partial<Pick<Config, 'viewNames'>>) | undefined;
  /** For `localhost` and `localnets`. */
  readonly interfaces?: Interfaces;
  /** Folders that a BIND may have as its root; missing: those of the distributions. */
  readonly chroots?: readonly string[];
  /** Adds what stands elsewhere than in the file. */
  readonly amend?: (written: WrittenConfig) => WrittenConfig;
}

/** A configuration as it was read, before it is completed. */
export interface WrittenConfig extends WrittenValues {
  readonly source: ValueSource;
  /** Those found so far. */
  readonly diagnostics: readonly Diagnostic[];
}

export function buildConfig(
  parsed: ParsedConfig,
  folder: string,
  report: Report,
  options: ReadOptions = {},
  placeOf: ZoneParts['placeOf'] = () => ({}),
): Omit<Config, 'warnings'> {
  const defaults = defaultSettings();
  const keys = buildKeys(parsed.keys ?? {}, folder, report, options.previous?.keys);
  const parts = { ...zoneParts(parsed, keys, folder, report, options), placeOf };
  const { views, viewNames } = buildViews(parsed, parts, options.previous?.viewNames);
  const { zones, catalogs } = buildZones(parsed, parts, views);
  const blackhole =
    parsed.blackhole === undefined ? AccessList.none : parts.acls.list(parsed.blackhole, ['blackhole']).id;
  const http = buildHttp(parsed.http, parts.acls, report);
  const peers = buildPeers(parsed, {
    remotes: parts.remotes,
    interfaces: options.interfaces ?? hostInterfaces(),
    report,
  });
  const protection = buildProtection(parsed, views, parts.acls, report);
  parts.acls.resolveAll();
  parts.remotes.checkAll();
  const access = parts.acls.table;
  const isSomething = writtenZones(parsed).length > 0;
  if (!isSomething) {
    report('warning', 'CF18', 'no zones: there is nothing to serve', ['zones'], 'key', nothingHint);
  }
  return {
    listen: buildListen(parsed.listen, report),
    workers: parsed.workers ?? 'auto',
    user: parsed.user,
    tls: buildTls(parsed, folder, report),
    dataDir: resolve(folder, parsed['data-dir'] ?? defaultDataDir),
    isDataDirNamed: parsed['data-dir'] !== undefined,
    control: parsed.control === false ? undefined : resolve(folder, parsed.control ?? defaultControl),
    isControlNamed: typeof parsed.control === 'string',
    http,
    lameDuckMs: parsed['lame-duck'] ?? defaultLameDuckMs,
    zones,
    views,
    viewNames,
    allowNewZones: parsed['allow-new-zones'] ?? false,
    catalogs,
    keys,
    access,
    blackhole,
    transfersOut: parsed['transfers-out'] ?? defaultTransfers.transfersOut,
    transfersIn: parsed['transfers-in'] ?? defaultTransfers.transfersIn,
    transfersPerPrimary: parsed['transfers-per-ns'] ?? defaultTransfers.transfersPerPrimary,
    serialQueryRate: parsed['serial-query-rate'] ?? defaultRates.serialQueryRate,
    notifyRate: parsed['notify-rate'] ?? defaultRates.notifyRate,
    settings: {
      ...defaults,
      ednsUdpOctets: parsed['edns-udp-size'] ?? defaults.ednsUdpOctets,
      minimalResponses: parsed['minimal-responses'] ?? defaults.minimalResponses,
      version: identity(parsed.version, defaults.version),
      hostname: identity(parsed.hostname, defaults.hostname),
      // BIND's `server-id hostname;` is the host's name, not the word.
      serverId: parsed['server-id'] === 'hostname' ? defaults.hostname : identity(parsed['server-id'], undefined),
      access,
      blackhole,
      keys,
      viewNames,
      rrsetOrder: buildRrsetOrder(parsed, views),
      peerKeys: numbersOfKeys(peers, keys),
      ...protection,
    },
    tcp: {
      connections: parsed['tcp-clients'] ?? defaultTcp.connections,
      connectionsPerClient: parsed['tcp-clients-per-address'],
      idleMs: parsed['tcp-idle-timeout'] ?? defaultTcp.idleMs,
      totalMs: parsed['tcp-total-timeout'] ?? defaultTcp.totalMs,
    },
    logging: { ...buildLogging(parsed.logging, folder, report), viewNames },
    querylog: parsed.querylog,
    responselog: parsed.responselog,
    dnstap: buildDnstap(parsed, folder, report),
    probing: {
      resolvers: (parsed.resolver ?? []).map(formatListenAddress),
      probesPerSecond: parsed.health?.['probes-per-second'] ?? defaultProbesPerSecond,
      hook: parsed.health?.hook,
    },
    peers,
    strict: parsed.strict ?? false,
  };
}

function numbersOfKeys(peers: readonly PeerConfig[], keys: readonly TsigKey[]): readonly number[] | undefined {
  const numbers = new Set(peers.flatMap(({ key }) => findKey(keys, key) ?? []));
  return numbers.size === 0 ? undefined : [...numbers];
}

const nothingHint = 'add zones: { example.com: { file: zones/example.com } }';

function zoneParts(
  parsed: ParsedConfig,
  keys: readonly TsigKey[],
  folder: string,
  report: Report,
  { previous, interfaces = hostInterfaces() }: ReadOptions,
): Omit<ZoneParts, 'placeOf'> {
  const keyNames = Object.keys(parsed.keys ?? {});
  // A key that has a fault of its own is told of there, not wherever it is used.
  const hasKey = (name: string) => findKey(keys, name) !== undefined || keyNames.includes(name);
  const acls = new AclResolver({
    acls: parsed.acl ?? {},
    findKey: (name) => findKey(keys, name) ?? (keyNames.includes(name) ? -1 : undefined),
    keyNames,
    interfaces,
    builder: new AccessTableBuilder(previous?.access),
    report,
  });
  const lists = parsed.primaries ?? {};
  return {
    folder,
    acls,
    remotes: new RemoteBuilder({ lists, hasKey, keyNames, folder, report }),
    keyNames,
    hasKey,
    report,
  };
}

function buildTls(parsed: ParsedConfig, folder: string, report: Report): TlsConfig | undefined {
  const { tls } = parsed;
  if (tls === undefined) {
    checkNothingRequiresTls(parsed, report);
    return undefined;
  }
  const listen = tls.listen ?? defaultListen().map((address) => ({ ...address, port: dnsOverTlsPort }));
  checkListen(listen, ['tls', 'listen'], report);
  const plain = (parsed.listen ?? defaultListen()).map(formatListenAddress);
  for (const [index, address] of listen.entries()) {
    // Port 0 is another one each time.
    if (address.port === 0 || !plain.includes(formatListenAddress(address))) continue;
    const message = `${formatListenAddress(address)} is listened on without TLS already`;
    report(
      'error',
      'CF16',
      message,
      ['tls', 'listen', index],
      'value',
      `the port of DNS over TLS is ${dnsOverTlsPort}`,
    );
  }
  return { listen, certificate: buildCertificate(tls, folder, report) };
}

function buildCertificate(
  tls: NonNullable<ParsedConfig['tls']>,
  folder: string,
  report: Report,
): TlsConfig['certificate'] {
  const { 'cert-file': certFile, 'key-file': keyFile, ephemeral } = tls;
  if (ephemeral === true) {
    for (const key of ['cert-file', 'key-file'] as const) {
      if (tls[key] === undefined) continue;
      const message = `tls has ephemeral, a certificate of its own making, and ${key}`;
      report('error', 'CF28', message, ['tls', key], 'key', 'remove one of both');
    }
    return 'ephemeral';
  }
  for (const key of ['cert-file', 'key-file'] as const) {
    const hint = `add ${key}: /etc/ringzone/${key === 'key-file' ? 'key' : 'cert'}.pem, or ephemeral: true for clients that only encrypt`;
    if (tls[key] === undefined) report('error', 'CF09', `tls has no ${key}`, ['tls'], 'key', hint);
  }
  return { certFile: resolve(folder, certFile ?? ''), keyFile: resolve(folder, keyFile ?? '') };
}

function checkNothingRequiresTls(parsed: ParsedConfig, report: Report): void {
  const places: Path[] = [];
  if (parsed['require-tls'] === true) places.push(['require-tls']);
  for (const [name, view] of Object.entries(parsed.views ?? {})) {
    if (view['require-tls'] === true) places.push(['views', name, 'require-tls']);
  }
  for (const { zone, path } of writtenZones(parsed)) {
    if (zone['require-tls'] === true) places.push([...path, 'require-tls']);
  }
  for (const place of places) {
    const message = 'transfers are to go over TLS alone, and there is no tls: nobody could have one';
    report('error', 'CF28', message, place, 'key', 'add tls: { cert-file: cert.pem, key-file: key.pem }');
  }
}

function buildListen(listen: readonly ListenAddress[] | undefined, report: Report): readonly ListenAddress[] {
  if (listen === undefined) return defaultListen();
  checkListen(listen, ['listen'], report);
  return listen;
}

function checkListen(listen: readonly ListenAddress[], path: Path, report: Report): void {
  const seen = new Set<string>();
  for (const [index, address] of listen.entries()) {
    const text = formatListenAddress(address);
    if (seen.has(text)) report('error', 'CF16', `${text} is given twice`, [...path, index], 'value');
    seen.add(text);
  }
}

function identity(written: string | false | undefined, otherwise: string | undefined): string | undefined {
  if (written === undefined) return otherwise;
  return written === false ? undefined : written;
}
