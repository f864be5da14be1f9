import { AccessList } from '../../plane/access/access-list-table.ts';
import type { SourceAddresses, TransferLimits, TransferTimes, ZoneConfig } from './config.ts';

export type ZoneIdentity = Pick<ZoneConfig, 'name' | 'apex' | 'class'> & Partial<Pick<ZoneConfig, 'view' | 'viewName'>>;

interface ZoneLimits extends Pick<ZoneConfig, 'journalOctets' | 'maxIxfrRatio'> {
  readonly limits: TransferLimits;
}

/** Timers and ratio are BIND's. BIND bounds neither records nor octets; a primary that runs wild must not fill this host. */
export const defaultZoneLimits: ZoneLimits = {
  limits: {
    maxRecords: 20_000_000,
    maxTransferOctets: 2_147_483_648,
    minRefreshSeconds: 300,
    maxRefreshSeconds: 2_419_200,
    minRetrySeconds: 500,
    maxRetrySeconds: 1_209_600,
  },
  journalOctets: 67_108_864,
  maxIxfrRatio: 100,
};

/**
 * BIND's but for the last: a client that takes nothing gets five minutes rather than an hour, because the version that is being
 * sent stays in memory, and so does what later versions have replaced.
 */
export const defaultTransferTimes: TransferTimes = {
  inMs: 7_200_000,
  idleInMs: 3_600_000,
  outMs: 7_200_000,
  idleOutMs: 300_000,
};

/** BIND's. */
export const defaultNotifyDelayMs = 5000;

export const anySource: SourceAddresses = { ipv4: undefined, ipv6: undefined };

/** A primary zone about which nothing else is said. */
export function defaultZone(zone: ZoneIdentity & { readonly file?: string }): ZoneConfig {
  return {
    view: zone.view ?? 0,
    viewName: zone.viewName,
    name: zone.name,
    apex: zone.apex,
    class: zone.class,
    type: 'primary',
    file: zone.file,
    watch: false,
    allowQuery: AccessList.any,
    allowTransfer: AccessList.none,
    allowNotify: AccessList.none,
    update: undefined,
    primaries: [],
    alsoNotify: [],
    notify: 'yes',
    ixfrFromDifferences: false,
    notifyDelayMs: defaultNotifyDelayMs,
    transferSource: anySource,
    notifySource: anySource,
    ...defaultZoneLimits,
    transferTimes: defaultTransferTimes,
    zonemdVerify: true,
    catalog: undefined,
    isGenerated: false,
  };
}
