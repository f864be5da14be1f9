/** What a zone's SRV are answered by: its own settings, else those of its view, else those of the top; of an owner its own before these. */
import { Reaction, SrvOrder, type SteeringPolicy } from '../../plane/steering/steering-policy.ts';
import { Class } from '../../wire/codes.ts';
import { asWireName, equalNames, isAtOrBelow, parseName, rootName, type WireName } from '../../wire/name.ts';
import { defaultHealthSettings, type HealthSettings } from '../health/health-plan.ts';
import type { ProbeAddress, ZoneHealth } from '../steering/health-settings.ts';
import { defaultPolicy, type OwnerSettings, type SteeringSettings } from '../steering/steering-settings.ts';
import type { ZoneConfig } from './config.ts';
import type { ZoneIdentity } from './default-zone.ts';
import type { InheritedSettings, ZoneParts } from './inherited-settings.ts';
import type { ParsedHealth, ParsedOwner } from './steering-schema.ts';
import { show } from './values.ts';
import type { Path } from './yaml-source.ts';

/** The settings of one place, and where it is. */
interface Layer {
  readonly written: ParsedOwner;
  readonly path: Path;
}

/** What is steered: a zone's name is not known yet where it is a catalog's member. */
interface Steered extends ZoneIdentity {
  readonly type: ZoneConfig['type'];
}

/** `undefined`: nothing is said. `layers` from the zone upwards. */
export function buildSteering(
  identity: Steered,
  owners: Readonly<Record<string, ParsedOwner>> | undefined,
  own: InheritedSettings,
  path: Path,
  parts: ZoneParts,
): SteeringSettings | undefined {
  const layers: readonly Layer[] = own.layers();
  const isSaid = layers.some(({ written }) => written['srv-order'] !== undefined || written.health !== undefined);
  const built = Object.entries(owners ?? {}).flatMap(([name, written]) => {
    const owner = buildOwner(name, written, identity, layers, [...path, 'owners', name], parts);
    return owner === undefined ? [] : [owner];
  });
  checkTwice(built, path, parts);
  if (!isSaid && built.length === 0) return undefined;
  const key = own.get('health') === undefined ? 'srv-order' : 'health';
  return {
    policy: isSaid ? policyOf(layers) : undefined,
    health: healthOf(layers, identity, parts),
    owners: built,
    healthPlace: layers[0]?.written.health === undefined ? undefined : parts.placeOf([...path, 'health'], 'key'),
    place: isSaid ? parts.placeOf(own.pathOf(key), 'key') : undefined,
  };
}

/** The same for members of a catalog, whose names are not known yet. */
export function buildMemberSteering(
  own: InheritedSettings,
  path: Path,
  parts: ZoneParts,
): SteeringSettings | undefined {
  const identity: Steered = { name: '.', apex: rootName, class: Class.in, type: 'secondary' };
  const steering = buildSteering(identity, undefined, own, path, parts);
  if (steering === undefined) return undefined;
  // Not each member has SRV, nor all targets.
  return { ...steering, healthPlace: undefined };
}

function buildOwner(
  name: string,
  written: ParsedOwner,
  identity: Steered,
  above: readonly Layer[],
  path: Path,
  parts: ZoneParts,
): OwnerSettings | undefined {
  const owner = parseRelative(name, identity.apex);
  const problem = (message: string, hint: string) => parts.report('error', 'CF15', message, path, 'key', hint);
  if (owner === undefined) {
    problem(`${show(name)} is not a domain name`, 'write a name relative to the zone: _sip._udp');
    return undefined;
  }
  if (!isAtOrBelow(owner, 0, identity.apex) || equalNames(owner, 0, identity.apex, 0)) {
    problem(`${show(name)} is no name below zone ${identity.name}`, 'write a name relative to the zone: _sip._udp');
    return undefined;
  }
  const layers = [{ written, path }, ...above];
  return {
    owner,
    name,
    policy: policyOf(layers),
    health: healthOf(layers, identity, parts),
    namesHealth: written.health !== undefined,
    place: parts.placeOf(path, 'key'),
  };
}

function checkTwice(owners: readonly OwnerSettings[], path: Path, { report }: ZoneParts): void {
  for (const [index, { owner, name }] of owners.entries()) {
    if (!owners.slice(0, index).some((before) => equalNames(before.owner, 0, owner, 0))) continue;
    report('error', 'CF16', `owner ${name} is given twice`, [...path, 'owners', name], 'key');
  }
}

function policyOf(layers: readonly Layer[]): SteeringPolicy {
  const [bits4, bits6] = first(layers, 'sticky-prefix') ?? [defaultPolicy.prefixBits4, defaultPolicy.prefixBits6];
  const degradedMs = first(layers, 'degraded-ttl');
  return {
    order: first(layers, 'srv-order') ?? SrvOrder.zone,
    reaction: merged(layers).reaction ?? Reaction.demote,
    emptyWhenAllDown: first(layers, 'all-down') === 'empty',
    degradedTtlSeconds: degradedMs === undefined ? defaultPolicy.degradedTtlSeconds : Math.round(degradedMs / 1000),
    prefixBits4: bits4,
    prefixBits6: bits6,
  };
}

function first<K extends keyof ParsedOwner>(layers: readonly Layer[], key: K): ParsedOwner[K] {
  return layers.find(({ written }) => written[key] !== undefined)?.written[key];
}

/** Each word of `health` by itself: what one place doesn't say, the next above does. */
function merged(layers: readonly Layer[]): ParsedHealth {
  return Object.assign({}, ...layers.toReversed().map(({ written }) => written.health ?? {}));
}

function healthOf(layers: readonly Layer[], identity: Steered, parts: ZoneParts): ZoneHealth | undefined {
  const { apex } = identity;
  const place = layers.find(({ written }) => written.health !== undefined);
  if (place === undefined) return undefined;
  const written = merged(layers);
  if (written.probe === 'none') {
    checkUnprobed(layers, parts);
    return undefined;
  }
  const settings = settingsOf(written);
  const path = [...place.path, 'health'];
  if (settings.timeoutMs >= settings.intervalMs && !told.has(place.written)) {
    told.add(place.written);
    const message = `health: the time-out (${settings.timeoutMs} ms) must be shorter than the interval (${settings.intervalMs} ms)`;
    parts.report('error', 'CF28', message, path, 'key', 'give more to interval, or less to timeout');
  }
  const addresses = Object.entries(written.address ?? {}).flatMap(([name, probed]): ProbeAddress[] => {
    const target = parseRelative(name, apex);
    if (target !== undefined) return [{ target, place: probed }];
    const hint = 'write a target relative to the zone, or with a final dot';
    parts.report('error', 'CF15', `${show(name)} is not a domain name`, [...path, 'address', name], 'key', hint);
    return [];
  });
  return { settings, transport: written.transport, addresses, publish: publishOf(layers, identity, parts) };
}

/** Of what was complained here, for once. */
const told = new WeakSet<object>();
const toldOfPublish = new WeakSet<object>();

/** Whether health is written into what secondaries get; a zone that has a primary takes no notice of what stands above it. */
function publishOf(layers: readonly Layer[], { type, name }: Steered, { report }: ZoneParts): boolean {
  const place = layers.find(({ written }) => written.health?.publish !== undefined);
  if (place?.written.health?.publish !== true) return false;
  const path = [...place.path, 'health', 'publish'];
  const complain = (message: string, hint: string) => {
    if (!toldOfPublish.has(place.written)) report('error', 'CF28', message, path, 'key', hint);
    toldOfPublish.add(place.written);
    return false;
  };
  if (type === 'secondary') {
    if (isInherited(place.path)) return false;
    const what = name === '.' ? 'members of a catalog are' : `zone ${name} is`;
    return complain(
      `${what} secondary: only the primary can write health into a zone`,
      'remove publish here, and say it at the primary',
    );
  }
  if (merged(layers).reaction === Reaction.order) {
    const hint = 'write reaction: demote or withdraw; or publish: false where the reaction is order';
    return complain('reaction: order has nothing to publish: records of a zone have no order', hint);
  }
  return true;
}

/** Said in one place the two contradict each other; an owner may well take itself out of what its zone says. */
function checkUnprobed(layers: readonly Layer[], { report }: ZoneParts): void {
  const place = layers.find(({ written }) => written.health?.probe !== undefined);
  const { health } = place?.written ?? {};
  if (place === undefined || health?.publish !== true || toldOfPublish.has(place.written)) return;
  toldOfPublish.add(place.written);
  const hint = 'remove one of them';
  const path = [...place.path, 'health', 'publish'];
  report('error', 'CF28', 'publish without probes: there is no health to write into the zone', path, 'key', hint);
}

/** From a view, or the top of the file. */
function isInherited(path: Path): boolean {
  return path.length === 0 || (path.length === 2 && path[0] === 'views');
}

function settingsOf(written: ParsedHealth): HealthSettings {
  const otherwise = defaultHealthSettings;
  return {
    probe: written.probe ?? otherwise.probe,
    intervalMs: written.interval ?? otherwise.intervalMs,
    timeoutMs: written.timeout ?? otherwise.timeoutMs,
    fall: written.fall ?? otherwise.fall,
    rise: written.rise ?? otherwise.rise,
    maxForwards: written['max-forwards'] ?? otherwise.maxForwards,
    drainCodes: written['drain-codes'] ?? otherwise.drainCodes,
    failCodes: written['fail-codes'] ?? otherwise.failCodes,
    tlsVerify: written['tls-verify'] ?? otherwise.tlsVerify,
    agree: written.agree ?? otherwise.agree,
  };
}

/** Lower case; `undefined` for what is no name. */
function parseRelative(text: string, apex: WireName): WireName | undefined {
  const source = new TextEncoder().encode(text.toLowerCase());
  const out = new Uint8Array(256);
  const octets = parseName(source, 0, source.length, apex, out, 0);
  if (octets < 0) return undefined;
  const name = out.slice(0, octets);
  // The apex may have been written in capitals.
  return asWireName(name.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet)));
}
