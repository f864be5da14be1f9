/** From what was written to what is meant: defaults, absolute paths, and the checks that look at two places at once. */
import { resolve } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import { formatListenAddress } from '../../plane/socket-address.ts';
import { Class } from '../../wire/codes.ts';
import { formatName } from '../../wire/name.ts';
import { buildLogging } from './build-logging.ts';
import type { ConfigCode } from './codes.ts';
import type { Config, ZoneConfig } from './config.ts';
import { defaultListen, defaultSettings, defaultTcp } from './defaults.ts';
import { displayName } from './display-name.ts';
import type { ParsedConfig, ParsedZone } from './schema.ts';
import { parseZoneName, ValueProblem } from './values.ts';
import type { Path } from './yaml-source.ts';

/** Report a problem at a place of the file. */
export type Report = (
  severity: Diagnostic['severity'],
  code: ConfigCode,
  message: string,
  path: Path,
  part: 'key' | 'value',
  hint?: string,
) => void;

export function buildConfig(parsed: ParsedConfig, folder: string, report: Report): Omit<Config, 'warnings'> {
  const defaults = defaultSettings();
  if (parsed['data-dir'] !== undefined) {
    report('warning', 'CF11', 'data-dir has no effect yet', ['data-dir'], 'key', 'this release keeps nothing on disk');
  }
  const isSomething = Object.keys(parsed.zones ?? {}).length > 0 || 'views' in parsed;
  if (!isSomething) {
    report('warning', 'CF18', 'no zones: there is nothing to serve', ['zones'], 'key', nothingHint);
  }
  return {
    listen: buildListen(parsed.listen, report),
    workers: parsed.workers ?? 'auto',
    user: parsed.user,
    zones: buildZones(parsed, folder, report),
    settings: {
      ednsUdpOctets: parsed['edns-udp-size'] ?? defaults.ednsUdpOctets,
      minimalResponses: parsed['minimal-responses'] ?? defaults.minimalResponses,
      version: identity(parsed.version, defaults.version),
      hostname: identity(parsed.hostname, defaults.hostname),
      // BIND's `server-id hostname;` is the host's name, not the word.
      serverId: parsed['server-id'] === 'hostname' ? defaults.hostname : identity(parsed['server-id'], undefined),
    },
    tcp: {
      connections: parsed['tcp-clients'] ?? defaultTcp.connections,
      idleMs: parsed['tcp-idle-timeout'] ?? defaultTcp.idleMs,
      totalMs: parsed['tcp-total-timeout'] ?? defaultTcp.totalMs,
    },
    logging: buildLogging(parsed.logging, folder, report),
    querylog: parsed.querylog,
    strict: parsed.strict ?? false,
  };
}

const nothingHint = 'add zones: { example.com: { file: zones/example.com } }';

function buildListen(listen: readonly ListenAddress[] | undefined, report: Report): readonly ListenAddress[] {
  if (listen === undefined) return defaultListen();
  const seen = new Set<string>();
  for (const [index, address] of listen.entries()) {
    const text = formatListenAddress(address);
    if (seen.has(text)) report('error', 'CF16', `${text} is given twice`, ['listen', index], 'value');
    seen.add(text);
  }
  return listen;
}

function buildZones(parsed: ParsedConfig, folder: string, report: Report): readonly ZoneConfig[] {
  const zones: ZoneConfig[] = [];
  const seen = new Set<string>();
  for (const [name, written] of Object.entries(parsed.zones ?? {})) {
    const zone = buildZone(name, written, parsed.watch ?? false, folder, report);
    if (zone === undefined) continue;
    const key = `${zone.class} ${formatName(zone.apex).toLowerCase()}`;
    if (seen.has(key)) report('error', 'CF16', `zone ${name} is given twice`, ['zones', name], 'key');
    seen.add(key);
    zones.push(zone);
  }
  return zones;
}

const classes = { in: Class.in, ch: Class.ch, hs: Class.hs } as const;

function buildZone(
  name: string,
  written: ParsedZone,
  watch: boolean,
  folder: string,
  report: Report,
): ZoneConfig | undefined {
  const path = ['zones', name];
  const apex = parseZoneName(name);
  if (apex instanceof ValueProblem) {
    report('error', apex.code, apex.message, path, 'key');
    return undefined;
  }
  if (written.type === 'secondary' || written.type === 'slave') {
    const hint = 'give a copy of the zone as a file with type: primary, or wait for the release that transfers zones';
    report(
      'error',
      'CF10',
      `zone ${name}: secondary zones are not supported by this release`,
      [...path, 'type'],
      'value',
      hint,
    );
    return undefined;
  }
  if (written.file === undefined) {
    report('error', 'CF09', `zone ${name} has no file`, path, 'key', `add file: zones/${name}`);
    return undefined;
  }
  return {
    name: displayName(name),
    apex,
    class: classes[written.class ?? 'in'],
    file: resolve(folder, written.file),
    watch: written.watch ?? watch,
  };
}

function identity(written: string | false | undefined, otherwise: string | undefined): string | undefined {
  if (written === undefined) return otherwise;
  return written === false ? undefined : written;
}
