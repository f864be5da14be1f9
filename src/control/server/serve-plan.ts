/** What to serve: from a configuration file, from options, or the packaged example zones. */
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { AccessList, defaultAccessTable } from '../../plane/access/access-list-table.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import { formatListenAddress } from '../../plane/sockets/socket-address.ts';
import { Class } from '../../wire/codes.ts';
import { parseHttp } from '../config/build-http.ts';
import type { Config, HttpConfig, ZoneConfig } from '../config/config.ts';
import { defaultZone } from '../config/default-zone.ts';
import {
  defaultControl,
  defaultDataDir,
  defaultHttp,
  defaultLameDuckMs,
  defaultRates,
  defaultSettings,
  defaultTcp,
  defaultTransfers,
} from '../config/defaults.ts';
import { displayName } from '../config/display-name.ts';
import { maxUdpWorkers, parseListen, parseWorkers, parseZoneName, ValueProblem } from '../config/values.ts';
import { defaultView, defaultViewName, writtenViews } from '../config/views.ts';
import { noLogging } from '../log/logging-config.ts';
import { packageRoot } from '../package-root.ts';
import { checkTrialOptions, makeTrial, type Trial, trialConfig } from './trial.ts';

/** The options of `serve` as they were written; a list holds each time the option was given. */
export interface ServeOptions {
  readonly config?: string | undefined;
  readonly zone?: readonly string[] | undefined;
  readonly listen?: readonly string[] | undefined;
  readonly workers?: string | number | undefined;
  readonly dataDir?: string | undefined;
  readonly control?: string | undefined;
  readonly http?: string | undefined;
  readonly takeover?: boolean | string | undefined;
  readonly strict?: boolean | undefined;
  readonly trial?: boolean | undefined;
}

/** The options, understood. */
export interface ServeRequest {
  /** `undefined`: none was named. */
  readonly configFile: string | undefined;
  readonly zones: readonly ZoneConfig[];
  readonly listen: readonly ListenAddress[] | undefined;
  readonly workers: number | 'auto' | undefined;
  readonly dataDir: string | undefined;
  /** False: no control socket. */
  readonly control: string | false | undefined;
  readonly takeover: boolean;
  /** The control socket of the server that is taken over; `undefined`: our own. */
  readonly takeoverFrom?: string | undefined;
  readonly strict: boolean;
  readonly http: HttpConfig | undefined;
  /** What `--trial` asks for. */
  readonly trial?: Trial | undefined;
}

/** Where the configuration comes from. */
export type PlanSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'options' }
  | { readonly kind: 'examples' };

export interface ServePlan {
  readonly source: PlanSource;
  readonly config: Config;
}

/** Understand the options. The errors are sentences: wrong usage. */
export function parseServeOptions(options: ServeOptions): Result<ServeRequest, readonly string[]> {
  const problems: string[] = [];
  const zones = (options.zone ?? []).flatMap((text) => keep(parseZoneOption(text), '--zone', problems));
  problems.push(
    ...givenTwice(
      zones.map(({ name }) => name),
      '--zone',
    ),
  );
  const listen = options.listen?.flatMap((text) => keep(parseListen(text), '--listen', problems)) ?? [];
  problems.push(...givenTwice(listen.map(formatListenAddress), '--listen'));
  const workers = options.workers === undefined ? [] : keep(parseWorkers(options.workers), '--workers', problems);
  const http = options.http === undefined ? [] : keep(parseHttpOption(options.http), '--http', problems);
  const isTrial = options.trial === true;
  if (isTrial) problems.push(...checkTrialOptions(options));
  if (problems.length > 0) return err(problems);
  return ok({
    configFile: options.config,
    zones,
    listen: listen.length === 0 ? undefined : listen,
    workers: workers[0],
    dataDir: options.dataDir,
    control: options.control === 'false' ? false : options.control,
    takeover: options.takeover !== undefined && options.takeover !== false,
    takeoverFrom: typeof options.takeover === 'string' ? resolve(options.takeover) : undefined,
    strict: options.strict ?? false,
    http: http[0],
    trial: isTrial ? makeTrial(options.control !== undefined, options.http !== undefined) : undefined,
  });
}

function keep<T>(value: T | ValueProblem, option: string, problems: string[]): T[] {
  if (!(value instanceof ValueProblem)) return [value];
  problems.push(`${option}: ${value.message}${value.hint === undefined ? '' : `\nhint: ${value.hint}`}`);
  return [];
}

function givenTwice(texts: readonly string[], option: string): readonly string[] {
  const doubled = texts.filter((text, index) => texts.findIndex((before) => sameName(before, text)) < index);
  return doubled.map((text) => `${option}: ${text} is given twice`);
}

function parseZoneOption(text: string): ZoneConfig | ValueProblem {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  const file = text.slice(at + 1);
  if (at < 1 || file === '') {
    return new ValueProblem('CF06', `${JSON.stringify(text)} is not NAME=FILE`, '--zone example.com=zones/example.com');
  }
  return zoneOf(name, resolve(file));
}

function zoneOf(name: string, file: string): ZoneConfig | ValueProblem {
  const apex = parseZoneName(name);
  return apex instanceof ValueProblem ? apex : defaultZone({ name: displayName(name), apex, class: Class.in, file });
}

/** The files looked for where none is named. */
export const configPlaces: readonly string[] = ['ringzone.yaml', '/etc/ringzone/ringzone.yaml'];

/** Find the configuration and read it; again at each reload, with the one in force. */
export async function makePlan(
  request: ServeRequest,
  previous?: Config,
): Promise<Result<ServePlan, readonly Diagnostic[]>> {
  const path =
    request.configFile ?? (request.zones.length > 0 ? undefined : configPlaces.find((place) => existsSync(place)));
  if (path === undefined) return ok(planWithoutFile(request));
  // yaml and zod take a while to load: only where there is a file to read.
  const { readConfig } = await import('../config/read-config.ts');
  const { AmendedReading } = await import('../added-zones/amended-reading.ts');
  // What was added to the server beside a trial stands in that one's folder.
  const amended = new AmendedReading(request.dataDir, request.trial === undefined ? previous : undefined);
  const read = amended.finish(readConfig(path, { previous, amend: (written) => amended.amend(written) }));
  if (!read.ok) return read;
  const doubled = request.zones.find(({ name }) => read.value.zones.some((zone) => sameName(zone.name, name)));
  if (doubled !== undefined) {
    const message = `zone ${doubled.name} is given by --zone and in ${path}`;
    return err([{ severity: 'error', code: 'CF16', message }]);
  }
  const [extra] = request.zones;
  if (extra !== undefined && writtenViews(read.value).length > 0) {
    const message = `zone ${extra.name} is given by --zone, and ${path} has views: with views, all zones must be in views`;
    return err([{ severity: 'error', code: 'CF28', message }]);
  }
  const zones = [...read.value.zones, ...request.zones];
  return ok({
    source: { kind: 'file', path },
    config: withOptions({ ...read.value, zones, optionZones: request.zones }, request),
  });
}

function planWithoutFile(request: ServeRequest): ServePlan {
  const isExample = request.zones.length === 0;
  const config: Config = {
    listen: [{ family: 4, address: '127.0.0.1', port: 5300 }],
    workers: 'auto',
    user: undefined,
    tls: undefined,
    dataDir: defaultDataDir,
    isDataDirNamed: false,
    control: defaultControl,
    isControlNamed: false,
    http: defaultHttp,
    lameDuckMs: defaultLameDuckMs,
    zones: isExample ? exampleZones() : request.zones,
    views: [defaultView],
    viewNames: [defaultViewName],
    allowNewZones: false,
    catalogs: [],
    keys: [],
    access: defaultAccessTable,
    blackhole: AccessList.none,
    ...defaultTransfers,
    ...defaultRates,
    settings: defaultSettings(),
    tcp: defaultTcp,
    logging: noLogging,
    querylog: undefined,
    strict: false,
    warnings: [],
  };
  return { source: { kind: isExample ? 'examples' : 'options' }, config: withOptions(config, request) };
}

/** The one that is tried first. */
const firstExample = 'rapidtech.phones';

/** Each file beside bin is a zone of its name. */
function exampleZones(): readonly ZoneConfig[] {
  const folder = join(packageRoot(), 'zones');
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
  return names
    .toSorted((a, b) => Number(b === firstExample) - Number(a === firstExample) || (a < b ? -1 : 1))
    .map((name) => zoneOf(name, join(folder, name)))
    .filter((zone): zone is ZoneConfig => !(zone instanceof ValueProblem));
}

function withOptions(written: Config, request: ServeRequest): Config {
  const config = request.trial === undefined ? written : trialConfig(written, request.trial);
  return {
    ...config,
    listen: request.listen ?? config.listen,
    workers: request.workers ?? config.workers,
    strict: request.strict || config.strict,
    ...(request.dataDir === undefined ? {} : { dataDir: resolve(request.dataDir), isDataDirNamed: true }),
    ...controlOption(request.control),
    ...(request.http === undefined ? {} : { http: request.http }),
  };
}

/** Who may ask cannot be said in an option: everybody who reaches the address. */
function parseHttpOption(text: string): HttpConfig | ValueProblem {
  const parsed = parseHttp(text);
  if (parsed instanceof ValueProblem) return parsed;
  const listen = parsed === false ? [] : parsed.map(({ listen: address }) => ({ address, allow: AccessList.any }));
  return { listen, isNamed: true };
}

function controlOption(control: string | false | undefined): Partial<Config> {
  if (control === undefined) return {};
  if (control === false) return { control: undefined, isControlNamed: false };
  return { control: resolve(control), isControlNamed: true };
}

export function countUdpWorkers(workers: number | 'auto'): number {
  return workers === 'auto' ? Math.min(availableParallelism(), maxUdpWorkers) : workers;
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
