/** What health is to watch: of all steered SRV what a probe needs to know. */
import { formatAddress } from '../../plane/sockets/socket-address.ts';
import type { SipTransport } from '../../sip/message-options.ts';
import { equalNames } from '../../wire/name.ts';
import { findKey } from '../config/build-keys.ts';
import type { Config, ZoneConfig } from '../config/config.ts';
import {
  defaultHealthSettings,
  defaultProbesPerSecond,
  type HealthPlan,
  type HealthSettings,
  type HealthTarget,
  type HealthZone,
} from '../health/health-plan.ts';
import { publishes } from '../published/publishes.ts';
import { titleOf } from './build-steering.ts';
import type { HostAddress } from './steered-zone.ts';
import { isSipOwner, type PlannedTarget, type SrvTransport } from './steering-plan.ts';

/** Targets without health are in the plan too, for they can be drained. */
const noProbe: HealthSettings = { ...defaultHealthSettings, probe: 'none' };

export function planHealth(
  targets: readonly PlannedTarget[],
  {
    zones,
    probing,
    peers = [],
    keys = [],
  }: Pick<Config, 'zones' | 'probing'> & Partial<Pick<Config, 'peers' | 'keys'>>,
): HealthPlan {
  const named = new Set(targets.map(({ title }) => title));
  return {
    targets: targets.map(planTarget),
    zones: zones.filter((zone) => named.has(titleOf(zone))).map(planZone),
    resolvers: probing?.resolvers ?? [],
    probesPerSecond: probing?.probesPerSecond ?? defaultProbesPerSecond,
    hook: probing?.hook,
    peers: peers.flatMap(({ address, port, key: name }) => {
      const key = keys[findKey(keys, name) ?? -1];
      return key === undefined ? [] : [{ address, port, key }];
    }),
  };
}

function planTarget(planned: PlannedTarget): HealthTarget {
  const { zone, title, owner, target, port, priority, weight, ttlSeconds, transport, health, addressOwner } = planned;
  const places = health?.addresses.filter((written) => equalNames(written.target, 0, target, 0)) ?? [];
  return {
    view: zone.view,
    zone: title,
    owner,
    target,
    port,
    priority,
    weight,
    ttlSeconds,
    transport: health?.transport ?? probedTransport(transport),
    // Nobody need look for the addresses of what isn't probed.
    addresses: health !== undefined && addressOwner === undefined ? undefined : planned.addresses.map(addressText),
    probeAt: places.length === 0 ? undefined : places.map(({ place }) => place),
    isPublished: health?.publish === true,
    settings: settingsOf(planned),
  };
}

/** OPTIONS are for SIP over UDP, TCP and TLS; of what else there is only a connection can be tried. */
function settingsOf({ health, owner, transport }: PlannedTarget): HealthSettings {
  if (health === undefined) return noProbe;
  const { settings } = health;
  if (settings.probe !== 'sip-options' || health.transport !== undefined) return settings;
  if (isSipOwner(owner) && (transport === 'udp' || transport === 'tcp' || transport === 'tls')) return settings;
  const canConnect = transport === 'tcp' || transport === 'tls' || transport === 'ws' || transport === 'wss';
  return { ...settings, probe: canConnect ? 'tcp-connect' : 'none' };
}

function probedTransport(transport: SrvTransport | undefined): SipTransport {
  switch (transport) {
    case 'tcp':
    case 'tls':
      return transport;
    case 'ws':
      return 'tcp';
    case 'wss':
      return 'tls';
    default:
      return 'udp';
  }
}

function planZone(zone: ZoneConfig): HealthZone {
  return {
    zone: titleOf(zone),
    publish: publishes(zone),
    secondaries: zone.alsoNotify.map(({ address, port }) => `${address}#${port}`),
  };
}

function addressText({ octets }: HostAddress): string {
  return formatAddress(octets);
}
