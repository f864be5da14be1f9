/** When a secondary asks, and when its copy is too old: the SOA's timers within bounds (RFC 1035 §3.3.13, RFC 1996 §4). */
import type { TransferLimits } from '../config/config.ts';
import type { SoaTimes } from '../load/soa-times.ts';

/** From 0 to below 1. */
export type Random = () => number;

type Bounds = Pick<TransferLimits, 'minRefreshSeconds' | 'maxRefreshSeconds' | 'minRetrySeconds' | 'maxRetrySeconds'>;

/** Seconds until the next look at the primaries, after one that answered. */
export function refreshDelay(soa: SoaTimes, bounds: Bounds, random: Random): number {
  return spread(clamp(soa.refreshSeconds, bounds.minRefreshSeconds, bounds.maxRefreshSeconds), random);
}

/** The same after a look at which none answered. `failures`: how many there were in a row. */
export function retryDelay(soa: SoaTimes | undefined, failures: number, bounds: Bounds, random: Random): number {
  if (soa !== undefined) return spread(clamp(soa.retrySeconds, bounds.minRetrySeconds, bounds.maxRetrySeconds), random);
  // Nobody has said yet how often: as BIND does, after a minute, then twice as long each time.
  const seconds = Math.min(firstRetrySeconds * 2 ** Math.min(failures - 1, 20), longestFirstRetrySeconds);
  return spread(clamp(seconds, Math.min(bounds.minRetrySeconds, firstRetrySeconds), bounds.maxRetrySeconds), random);
}

const firstRetrySeconds = 60;
const longestFirstRetrySeconds = 6 * 3600;

/** Seconds that a copy may be served since a primary last vouched for it. As BIND does, at least until the next two looks. */
export function expireDelay(soa: SoaTimes): number {
  return Math.min(Math.max(soa.expireSeconds, soa.refreshSeconds + soa.retrySeconds), longestExpireSeconds);
}

/** 24 weeks, as in BIND. */
const longestExpireSeconds = 14_515_200;

/** RFC 7314 §4: a secondary that is asked says how long its own copy lasts; after a transfer less than the SOA's counts. */
export function transferredExpiry(nowSeconds: number, soa: SoaTimes, expireOption: number | undefined): number {
  return nowSeconds + Math.min(expireDelay(soa), expireOption ?? Number.POSITIVE_INFINITY);
}

/** The same where the primary has the serial that we have: the end is put off, never brought nearer. */
export function confirmedExpiry(
  nowSeconds: number,
  soa: SoaTimes,
  expireOption: number | undefined,
  expiresAt: number,
): number {
  return Math.max(expiresAt, transferredExpiry(nowSeconds, soa, expireOption));
}

/** Up to a quarter less, so that zones that began together do not ask together for ever. */
function spread(seconds: number, random: Random): number {
  return seconds - random() * (seconds / 4);
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
