import type { ZoneConfig } from '../../../../src/control/config/config.ts';
import { anySource } from '../../../../src/control/config/default-zone.ts';
import { AccessList } from '../../../../src/plane/access/access-list-table.ts';
import { type WireName, wireNameFrom } from '../../../../src/wire/name.ts';

/** A secondary zone as the configuration has it. */
export function secondaryConfig(changes: Partial<ZoneConfig> & { readonly apex?: WireName } = {}): ZoneConfig {
  return {
    view: 0,
    name: 'example',
    apex: wireNameFrom('example.'),
    class: 1,
    type: 'secondary',
    file: undefined,
    watch: false,
    allowQuery: AccessList.any,
    allowTransfer: AccessList.none,
    allowNotify: AccessList.none,
    update: undefined,
    primaries: [{ address: '127.0.0.1', port: 53, key: undefined, tls: undefined }],
    alsoNotify: [],
    notify: 'yes',
    ixfrFromDifferences: false,
    limits: {
      maxRecords: Number.POSITIVE_INFINITY,
      maxTransferOctets: Number.POSITIVE_INFINITY,
      minRefreshSeconds: 300,
      maxRefreshSeconds: 2_419_200,
      minRetrySeconds: 500,
      maxRetrySeconds: 1_209_600,
    },
    notifyDelayMs: 150,
    transferSource: anySource,
    notifySource: anySource,
    transferTimes: { inMs: 2000, idleInMs: 150, outMs: 2000, idleOutMs: 150 },
    journalOctets: 2 ** 26,
    maxIxfrRatio: 100,
    zonemdVerify: true,
    ...changes,
  } as ZoneConfig;
}
