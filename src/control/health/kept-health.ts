/**
 * What is kept over a restart, in one file of the data folder: JSON, written beside and renamed, so that it is there whole or as before.
 *
 *     { "writtenMs": ..., "endpoints": { "sip-options 192.0.2.11 5060 udp": { "state": 1, "sinceMs": ..., "recoveries": 0 } },
 *       "drains": [{ "name": "sip1.example.com", "port": 5060, "untilMs": ... }],
 *       "orders": [{ "kind": "undrain", "name": "sip2.example.com", "port": 5060, "stamp": ... }] }
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { TargetState } from '../../plane/steering/steering-policy.ts';
import type { DrainOrder } from '../agreement/drain-orders.ts';
import type { Drain } from './drains.ts';
import type { KeptVerdict } from './verdict.ts';

/** Verdicts that were written longer ago say nothing any more. */
const maxAgeMs = 60_000;
/** A file that is longer was not written here. */
const maxOctets = 64 * 1024 * 1024;

export interface KeptHealth {
  /** Of endpoints that are not up, or were not lately, by their keys. */
  readonly verdicts: ReadonlyMap<string, KeptVerdict>;
  readonly drains: readonly Drain[];
  /** What operators have said, on any server, also what is over: for peers that have not heard of it. */
  readonly orders: readonly DrainOrder[];
}

export const nothingKept: KeptHealth = { verdicts: new Map(), drains: [], orders: [] };

/** A file that is not there, or makes no sense, is as good as an empty one. */
export function readKeptHealth(path: string, wallMs: number): KeptHealth {
  const value = readJson(path);
  if (!isRecord(value)) return nothingKept;
  const drains = Array.isArray(value.drains) ? value.drains.filter(isDrain) : [];
  return {
    drains: drains.filter(({ untilMs }) => untilMs === undefined || untilMs > wallMs),
    orders: Array.isArray(value.orders) ? value.orders.filter(isOrder) : [],
    verdicts: isFresh(value.writtenMs, wallMs) && isRecord(value.endpoints) ? readVerdicts(value.endpoints) : new Map(),
  };
}

/** Throws where it can't be written. */
export function writeKeptHealth(path: string, { verdicts, drains, orders }: KeptHealth, wallMs: number): void {
  const text = JSON.stringify({ writtenMs: wallMs, endpoints: Object.fromEntries(verdicts), drains, orders });
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o640 });
  renameSync(`${path}.new`, path);
}

function readJson(path: string): unknown {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > maxOctets ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A time that lies ahead was written by another clock. */
function isFresh(writtenMs: unknown, wallMs: number): boolean {
  return typeof writtenMs === 'number' && writtenMs <= wallMs && wallMs - writtenMs < maxAgeMs;
}

function readVerdicts(endpoints: Record<string, unknown>): Map<string, KeptVerdict> {
  return new Map(Object.entries(endpoints).flatMap(([key, value]) => (isVerdict(value) ? [[key, value]] : [])));
}

const states: readonly unknown[] = Object.values(TargetState);

function isVerdict(value: unknown): value is KeptVerdict {
  if (!isRecord(value) || !states.includes(value.state)) return false;
  const { sinceMs, recoveries, wellSinceMs } = value;
  return isCount(sinceMs) && isCount(recoveries) && (wellSinceMs === undefined || isCount(wellSinceMs));
}

function isDrain(value: unknown): value is Drain {
  if (!isRecord(value) || typeof value.name !== 'string') return false;
  return [value.port, value.untilMs].every((number) => number === undefined || isCount(number));
}

function isOrder(value: unknown): value is DrainOrder {
  return (
    isDrain(value) && isRecord(value) && (value.kind === 'drain' || value.kind === 'undrain') && isCount(value.stamp)
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
