/** What secondaries get of a set of SRV of which some targets are not up: the same as answers have here (answer/steer/order-srv.ts). */
import { putU16, u16At } from '../../base/octets.ts';
import { Reaction, TargetState } from '../../plane/steering/steering-policy.ts';
import { equalNames } from '../../wire/name.ts';
import type { PublishWish } from './publish-wish.ts';

/** Of a set of SRV: the TTL and the data of each record. */
export interface SrvData {
  readonly ttlSeconds: number;
  readonly rdatas: readonly Uint8Array[];
}

/** RFC 2782: priority, weight and port stand before the target. */
const portAt = 4;
const targetAt = 6;
const maxPriority = 0xffff;
/** Answers steer no larger ones (record-order.ts). */
const maxRecords = 256;

/** `undefined`: as the zone has it. */
export function degradeSet(set: SrvData, wish: PublishWish): SrvData | undefined {
  const { rdatas } = set;
  if (rdatas.length > maxRecords) return undefined;
  const states = rdatas.map((rdata) => stateOf(rdata, wish));
  const upCount = states.filter((state) => state === TargetState.up).length;
  if (upCount === rdatas.length) return undefined;
  const ttlSeconds = Math.min(set.ttlSeconds, wish.degradedTtlSeconds);
  // With nobody up it is as if all were.
  if (upCount === 0) return { ttlSeconds, rdatas };
  const highest = Math.max(...rdatas.map((rdata) => u16At(rdata, 0)));
  const behind = Math.min(highest + 1, maxPriority);
  const left = rdatas.flatMap((rdata, i) => react(rdata, states[i] as TargetState, wish.reaction, behind));
  return { ttlSeconds, rdatas: distinct(left) };
}

function stateOf(rdata: Uint8Array, { targets }: PublishWish): TargetState {
  const port = u16At(rdata, portAt);
  const found = targets.find((wished) => wished.port === port && equalNames(rdata, targetAt, wished.target, 0));
  return found?.state ?? TargetState.up;
}

function react(rdata: Uint8Array, state: TargetState, reaction: Reaction, behind: number): readonly Uint8Array[] {
  if (state === TargetState.up) return [rdata];
  if (state === TargetState.drained || reaction === Reaction.withdraw) return [];
  const demoted = rdata.slice();
  putU16(demoted, 0, behind);
  return [demoted];
}

/** Two records of one target that differed in their priorities have become one. */
function distinct(rdatas: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...new Map(rdatas.map((rdata) => [Buffer.from(rdata).toString('latin1'), rdata])).values()];
}
