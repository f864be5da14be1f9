import { typeText } from '../../rr/type-names.ts';
import { Class, Rcode, Type } from '../../wire/codes.ts';
import { formatName, isAtOrBelow, nameText, type WireName } from '../../wire/name.ts';
import { canonicalSet, compareData } from './same-data.ts';
import type { UpdateMessage, UpdateRecord } from './update-message.ts';
import type { UpdateProblem } from './update-problem.ts';
import { collectRecords, hasType, isNameInUse, type ZoneContent } from './zone-content.ts';

/** Check the prerequisites (RFC 2136 §3.2); gives the first one that is malformed or not satisfied. */
export function checkPrerequisites(update: UpdateMessage, content: ZoneContent): UpdateProblem | undefined {
  const values: UpdateRecord[] = [];
  for (const record of update.prerequisites) {
    const problem = checkForm(update, record) ?? checkExistence(record, content);
    if (problem !== undefined) return problem;
    if (record.class === update.zoneClass) values.push(record);
  }
  return checkValues(values, content);
}

function checkForm({ zone, zoneClass }: UpdateMessage, record: UpdateRecord): UpdateProblem | undefined {
  if (record.ttlSeconds !== 0) return { rcode: Rcode.formErr, reason: 'prerequisite TTL is not zero' };
  if (!isAtOrBelow(record.owner, 0, zone))
    return { rcode: Rcode.notZone, reason: `${nameText(record.owner)}: prerequisite name is out of zone` };
  if (record.class === zoneClass) {
    if (isQuestionType(record.type)) return { rcode: Rcode.formErr, reason: 'prerequisite with a type of questions' };
    return undefined;
  }
  if (record.class !== Class.any && record.class !== Class.none)
    return { rcode: Rcode.formErr, reason: 'malformed prerequisite' };
  if (record.rdataOctets !== 0) {
    const text = record.class === Class.any ? 'ANY' : 'NONE';
    return { rcode: Rcode.formErr, reason: `class ${text} prerequisite RDATA is not empty` };
  }
  return undefined;
}

/** RFC 6895 §3.1: types that are asked for and are not data; ANY is among them. */
export function isQuestionType(type: number): boolean {
  return type >= 128 && type <= 255;
}

/** RFC 2136 §2.4.1 and §2.4.3 to §2.4.5. */
function checkExistence(record: UpdateRecord, content: ZoneContent): UpdateProblem | undefined {
  const { owner, type } = record;
  const isAboutName = type === Type.any;
  if (record.class === Class.any) {
    if (isAboutName && !isNameInUse(content, owner)) return unsatisfied(owner, 'name in use', Rcode.nxDomain);
    if (!isAboutName && !hasType(content, owner, type))
      return unsatisfiedSet(owner, type, 'rrset exists (value independent)', Rcode.nxRrset);
  }
  if (record.class === Class.none) {
    if (isAboutName && isNameInUse(content, owner)) return unsatisfied(owner, 'name not in use', Rcode.yxDomain);
    if (!isAboutName && hasType(content, owner, type))
      return unsatisfiedSet(owner, type, 'rrset does not exist', Rcode.yxRrset);
  }
  return undefined;
}

/** RFC 2136 §2.4.2: the records given for an owner and type are exactly those of the zone. */
function checkValues(values: readonly UpdateRecord[], content: ZoneContent): UpdateProblem | undefined {
  const sets = Map.groupBy(values, ({ owner, type }) => `${formatName(owner).toLowerCase()} ${type}`);
  for (const [first, ...rest] of sets.values()) {
    if (first === undefined) continue;
    const { owner, type } = first;
    const wanted = canonicalSet(
      type,
      [first, ...rest].map(({ rdata }) => rdata),
    );
    const found = canonicalSet(
      type,
      collectRecords(content, owner, type).map(({ rdata }) => rdata),
    );
    if (wanted.length !== found.length || wanted.some((rdata, i) => compareData(rdata, found[i] as Uint8Array) !== 0))
      return unsatisfiedSet(owner, type, 'RRset exists (value dependent)', Rcode.nxRrset);
  }
  return undefined;
}

function unsatisfied(owner: WireName, what: string, rcode: number): UpdateProblem {
  return { rcode, reason: `${nameText(owner)}: '${what}' prerequisite not satisfied` };
}

function unsatisfiedSet(owner: WireName, type: number, what: string, rcode: number): UpdateProblem {
  return { rcode, reason: `${nameText(owner)}/${typeText(type)}: '${what}' prerequisite not satisfied` };
}
