/** What holds where the configuration is silent. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { AccessList, defaultAccessTable } from '../../plane/access/access-list-table.ts';
import type { AnswerSettings } from '../../plane/answer-settings.ts';
import type { ListenAddress, TcpLimits } from '../../plane/messages.ts';
import { packageVersion } from '../package-root.ts';
import type { HttpConfig } from './config.ts';
import { dnsPort } from './values.ts';

/** All addresses; of IPv4 alone where the kernel runs without IPv6, because nobody asked for that by name. */
export function defaultListen(hasIpv6 = canIpv6()): readonly ListenAddress[] {
  const ipv4: ListenAddress = { family: 4, address: '0.0.0.0', port: dnsPort };
  return hasIpv6 ? [ipv4, { family: 6, address: '::', port: dnsPort }] : [ipv4];
}

/** By a file that a service sees whose /proc has processes alone (systemd's ProcSubset=pid). */
function canIpv6(): boolean {
  return process.platform !== 'linux' || existsSync('/proc/self/net/if_inet6');
}

export function defaultSettings(): AnswerSettings {
  return {
    // DNS flag day 2020: what passes every path without fragments.
    ednsUdpOctets: 1232,
    minimalResponses: 'no-auth-recursive',
    version: `Ringzone ${packageVersion()}`,
    hostname: hostname(),
    serverId: undefined,
    keys: [],
    access: defaultAccessTable,
    blackhole: AccessList.none,
  };
}

/** BIND's: tcp-clients 150, tcp-idle-timeout 30 s. */
export const defaultTcp: TcpLimits = { connections: 150, idleMs: 30_000, totalMs: 120_000 };

/** Made by the packages and by systemd's StateDirectory=ringzone. */
export const defaultDataDir = '/var/lib/ringzone';

/** In the folder of systemd's RuntimeDirectory=ringzone. */
export const defaultControl = '/run/ringzone/control.sock';

/** This host alone. */
export const defaultHttp: HttpConfig = {
  listen: [{ address: { family: 4, address: '127.0.0.1', port: 8053 }, allow: AccessList.any }],
  isNamed: false,
};

/** It ends at once. */
export const defaultLameDuckMs = 0;

/** BIND's. */
export const defaultTransfers = { transfersOut: 10, transfersIn: 10, transfersPerPrimary: 2 } as const;

/** BIND's. */
export const defaultRates = { serialQueryRate: 20, notifyRate: 20 } as const;
