import { isAtOrBelow, type WireName, wireNameFrom } from '../wire/name.ts';

/**
 * By this name, and names below it, servers ask each other how targets are: TXT of class CH, where servers tell of themselves, so that no
 * zone can hold it. Peers' keys alone have an answer (docs/health.md).
 */
export const healthName: WireName = wireNameFrom('health.ringzone.');

/** Whether the name at `qname[0]` is it, or is below it. */
export function isHealthName(qname: Uint8Array): boolean {
  return isAtOrBelow(qname, 0, healthName);
}
