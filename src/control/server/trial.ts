/** `serve --trial`: a server that can run beside the one whose configuration it has, and takes nothing from it. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '../../zonefile/zone-source.ts';
import type { CatalogConfig, Config, ZoneConfig } from '../config/config.ts';
import { defaultHttp } from '../config/defaults.ts';
import type { ChannelConfig } from '../log/logging-config.ts';
import { writeQuietly } from '../write-quietly.ts';

/** What a trial has instead of what the configuration names; the rest is what the command line has named. */
export interface Trial {
  /** Absolute. It is made when something is to be kept, and removed at the end. */
  readonly dataDir: string;
  readonly hasControl: boolean;
  readonly hasHttp: boolean;
}

/** What must and must not be said beside `--trial`. The errors are sentences: wrong usage. */
export function checkTrialOptions(options: {
  readonly listen?: readonly string[] | undefined;
  readonly dataDir?: string | undefined;
  readonly takeover?: boolean | string | undefined;
}): readonly string[] {
  const needs = '--trial needs --listen: the addresses of the configuration are those of the server beside it';
  const problems: readonly [boolean, string][] = [
    [(options.listen ?? []).length === 0, `${needs}\nhint: --listen 127.0.0.1:5300`],
    [
      options.dataDir !== undefined,
      '--trial has a data folder of its own, which is removed at the end: leave --data-dir',
    ],
    [(options.takeover ?? false) !== false, '--trial is for a server that nothing is taken from: leave --takeover'],
  ];
  return problems.filter(([isOne]) => isOne).map(([, problem]) => problem);
}

/** A folder's name that nobody can foresee. */
export function makeTrial(hasControl: boolean, hasHttp: boolean): Trial {
  return { dataDir: join(tmpdir(), `ringzone-trial-${randomUUID()}`), hasControl, hasHttp };
}

/** The configuration without anything that others would notice, or find changed. Secondaries go on transferring. */
export function trialConfig(config: Config, { dataDir, hasControl, hasHttp }: Trial): Config {
  return {
    ...config,
    isTrial: true,
    // Its addresses can't be said by an option.
    tls: undefined,
    dataDir,
    // So it is made only where it is needed.
    isDataDirNamed: false,
    ...(hasControl ? {} : { control: undefined, isControlNamed: false }),
    ...(hasHttp ? {} : { http: { ...defaultHttp, listen: [] } }),
    // Their list may lie in the folder of the server beside it.
    allowNewZones: false,
    zones: config.zones.map(harmless),
    catalogs: config.catalogs.map(harmlessCatalog),
    logging: { ...config.logging, channels: config.logging.channels.map(onStderr) },
    dnstap: undefined,
    // The server beside it is who they know.
    peers: undefined,
    settings: { ...config.settings, peerKeys: undefined },
    ...(config.probing === undefined ? {} : { probing: { ...config.probing, hook: undefined } }),
  };
}

function harmless(zone: ZoneConfig): ZoneConfig {
  return { ...zone, notify: 'no', alsoNotify: [], update: undefined };
}

function harmlessCatalog(catalog: CatalogConfig): CatalogConfig {
  const groups = [...catalog.groups].map(([name, zone]): [string, ZoneConfig] => [name, harmless(zone)]);
  return { ...catalog, members: harmless(catalog.members), groups: new Map(groups) };
}

function onStderr(channel: ChannelConfig): ChannelConfig {
  if (channel.destination.kind === 'null') return channel;
  return { ...channel, destination: { kind: 'stderr' }, isBuffered: false };
}

/** The line at the start. */
export function trialNotice({ hasControl, hasHttp }: Trial): string {
  const without = [
    'NOTIFY',
    'UPDATE',
    'DNS over TLS',
    'dnstap',
    ...(hasControl ? [] : ['control socket']),
    ...(hasHttp ? [] : ['HTTP']),
  ];
  const last = without.pop();
  return `trial: all logs go to stderr, data to a temporary folder; no ${without.join(', ')} or ${last}`;
}

/** When nobody writes there any more. */
export function removeTrialFolder({ dataDir }: Trial): void {
  try {
    rmSync(dataDir, { recursive: true, force: true });
  } catch (error) {
    writeQuietly(2, `warning: the trial's folder ${dataDir} stays: ${reasonOf(error)}\n`);
  }
}
