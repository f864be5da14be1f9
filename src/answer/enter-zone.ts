/** Step 2 of RFC 1034 §4.3.2: the zone that is the nearest ancestor of the name. */
import { AccessList, type AccessListId } from '../plane/access/access-list-table.ts';
import type { LookupName } from '../store/index/lookup-name.ts';
import { type ZoneRef, ZoneState } from '../store/zone-reader.ts';
import { Type } from '../wire/codes.ts';
import type { AnswerContext } from './answer-context.ts';
import { isTransfer } from './transfer-question.ts';

export const ZoneFit = {
  entered: 0,
  /** None of our zones encloses the name. */
  none: 1,
  /** One does, and has nothing to answer with: not loaded, or expired. */
  notLoaded: 2,
  /** One does, and the client may not query it. */
  denied: 3,
} as const;
export type ZoneFit = (typeof ZoneFit)[keyof typeof ZoneFit];

/** Enter the zone of the name that is looked for. */
export function enterZone(context: AnswerContext): ZoneFit {
  const { reader } = context;
  const zone = findZone(context, context.name);
  if (zone === 0) return ZoneFit.none;
  context.zone = zone;
  context.touched.add(reader, zone);
  const list = reader.zoneAllowQuery(zone);
  if (list !== AccessList.any && !mayQuery(context, list)) return ZoneFit.denied;
  if (reader.zoneState(zone) !== ZoneState.loaded) return ZoneFit.notLoaded;
  const version = reader.takeVersion(zone);
  if (version === 0) return ZoneFit.notLoaded;
  context.version = version;
  context.zoneLabels = reader.zoneLabels(zone);
  return ZoneFit.entered;
}

/** Transfers have a list of their own, and ask for nothing else (BIND). */
function mayQuery(context: AnswerContext, list: AccessListId): boolean {
  context.touched.isRestricted = true;
  if (isTransfer(context.request.qtype) || context.access.allows(list, context.client)) return true;
  context.denied = true;
  return false;
}

/** The zone that encloses `name`, which is the question's or one that an alias led to; 0: none. */
export function findZone({ reader, view, request }: AnswerContext, name: LookupName): ZoneRef {
  if (request.qtype === Type.ds && name.labelCount > 0) {
    // RFC 4035 §3.1.4.1: DS belongs to the parent. Where we have only the child, that one says that it has no data.
    const parent = reader.findZone(view, request.qclass, name, name.labelCount - 1);
    if (parent !== 0) return parent;
  }
  return reader.findZone(view, request.qclass, name);
}
