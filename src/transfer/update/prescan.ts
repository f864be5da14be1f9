import { isMetaType } from '../../rr/mnemonics.ts';
import { checkRdata } from '../../rr/rdata.ts';
import { typeText } from '../../rr/type-names.ts';
import { Class, Rcode, Type } from '../../wire/codes.ts';
import { equalNames, isAtOrBelow, type WireName } from '../../wire/name.ts';
import { isQuestionType } from './prerequisites.ts';
import type { UpdateMessage, UpdateRecord } from './update-message.ts';
import type { UpdateProblem } from './update-problem.ts';
import { collectRecords, type ZoneContent } from './zone-content.ts';

/** Whether records of `type` at `owner` may be changed. */
export type MayChange = (owner: WireName, type: number) => boolean;

/** Look at all updates before the first one is done (RFC 2136 §3.4.1): an update is done whole or not at all. */
export function prescanUpdates(
  update: UpdateMessage,
  content: ZoneContent,
  mayChange: MayChange | undefined,
): UpdateProblem | undefined {
  for (const record of update.updates) {
    const problem = checkForm(update, record) ?? checkSigning(update, record);
    if (problem !== undefined) return problem;
    if (mayChange !== undefined && !isGranted(record, content, mayChange)) return refused('rejected by secure update');
  }
  return undefined;
}

function checkForm({ zone, zoneClass }: UpdateMessage, record: UpdateRecord): UpdateProblem | undefined {
  const { owner, type, ttlSeconds, rdataOctets } = record;
  if (!isAtOrBelow(owner, 0, zone)) return { rcode: Rcode.notZone, reason: 'update RR is outside zone' };
  switch (record.class) {
    case zoneClass:
      if (isMetaType(type)) return formErr('meta-RR in update');
      return hasData(record) ? undefined : formErr(`${typeText(type)} without data`);
    case Class.any: {
      const isMeta = isQuestionType(type) && type !== Type.any;
      return ttlSeconds !== 0 || rdataOctets !== 0 || isMeta ? formErr('meta-RR in update') : undefined;
    }
    case Class.none:
      return ttlSeconds !== 0 || isQuestionType(type) ? formErr('meta-RR in update') : undefined;
    default:
      return { ...formErr('update RR has incorrect class'), warning: `update RR has incorrect class ${record.class}` };
  }
}

/** A signer makes these; by themselves they would make the zone one that pretends to be signed. */
function checkSigning({ zone }: UpdateMessage, { owner, type }: UpdateRecord): UpdateProblem | undefined {
  switch (type) {
    case Type.nsec:
    case Type.nsec3:
      return refused(`explicit ${typeText(type)} updates are not allowed in secure zones`);
    case Type.rrsig:
      if (equalNames(owner, 0, zone, 0)) return undefined;
      return refused('explicit RRSIG updates are currently not supported in secure zones except at the apex');
    // RFC 3755: those of before DNSSEC as it is.
    case Type.sig:
    case Type.nxt:
      return refused(`${typeText(type)} updates are not allowed`);
    default:
      return undefined;
  }
}

/** Types whose data may be no octets at all are few, and none of a zone's own use; the rest of empty data is malformed. */
function hasData({ type, rdata, rdataOctets }: UpdateRecord): boolean {
  return rdataOctets > 0 || checkRdata(type, rdata, 0, 0);
}

function isGranted(record: UpdateRecord, content: ZoneContent, mayChange: MayChange): boolean {
  const { owner, type } = record;
  if (type !== Type.any) return mayChange(owner, type);
  return collectRecords(content, owner).every((found) => mayChange(owner, found.type));
}

function refused(reason: string): UpdateProblem {
  return { rcode: Rcode.refused, reason };
}

function formErr(reason: string): UpdateProblem {
  return { rcode: Rcode.formErr, reason };
}
