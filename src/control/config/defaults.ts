/** What holds where the configuration is silent. */
import { hostname } from 'node:os';
import type { AnswerSettings } from '../../plane/answer-settings.ts';
import type { TcpLimits } from '../../plane/messages.ts';
import { packageVersion } from '../package-root.ts';

export function defaultSettings(): AnswerSettings {
  return {
    // DNS flag day 2020: what passes every path without fragments.
    ednsUdpOctets: 1232,
    minimalResponses: 'no-auth-recursive',
    version: `Ringzone ${packageVersion()}`,
    hostname: hostname(),
    serverId: undefined,
  };
}

/** BIND's: tcp-clients 150, tcp-idle-timeout 30 s. */
export const defaultTcp: TcpLimits = { connections: 150, idleMs: 30_000, totalMs: 120_000 };
