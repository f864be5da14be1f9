/** The zones that calls are measured with. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { JudgeZone } from '../../test/interop/lib/judge.ts';

/** The how-to's, as it is in the package: 40/60 and a backup. */
export const howToZone: JudgeZone = {
  name: 'rapidtech.phones',
  file: resolve(import.meta.dirname, '../../zones/rapidtech.phones'),
};
export const howToWeights = ['sipserver1=40', 'sipserver2=60'] as const;

/** Five servers of one priority, so that more than the first two of an answer count. */
const fiveWeights: Readonly<Record<string, number>> = { one: 35, two: 25, three: 20, four: 15, five: 5 };
export const fiveExpected = Object.entries(fiveWeights).map(([host, weight]) => `${host}=${weight}`);

export interface PhoneServer {
  /** Relative to the zone. */
  readonly host: string;
  readonly address: string;
  readonly priority: number;
  readonly weight: number;
}

export interface PhonesZone {
  readonly name: string;
  readonly servers: readonly PhoneServer[];
  readonly port: number;
  readonly ttlSeconds: number;
}

export function writeFiveZone(folder: string): JudgeZone {
  const servers = Object.entries(fiveWeights).map(([host, weight], index) => {
    return { host, address: `192.0.2.${index + 1}`, priority: 0, weight };
  });
  return writePhonesZone(folder, { name: 'five.phones', servers, port: 5060, ttlSeconds: 300 });
}

export function writePhonesZone(folder: string, { name, servers, port, ttlSeconds }: PhonesZone): JudgeZone {
  const file = join(folder, name);
  const lines = [
    `$TTL ${ttlSeconds}`,
    '@ IN SOA ns hostmaster 1 1800 600 604800 60',
    '@ IN NS ns',
    'ns IN A 192.0.2.53',
    ...servers.map(({ host, priority, weight }) => `_sip._udp IN SRV ${priority} ${weight} ${port} ${host}`),
    ...servers.map(({ host, address }) => `${host} IN A ${address}`),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return { name, file };
}
