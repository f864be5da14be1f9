/** EDNS EXPIRE (RFC 7314): how long the zone is good for, told to its secondaries. */
import { u32At } from '../base/octets.ts';
import { Rcode, Type } from '../wire/codes.ts';
import type { AnswerContext } from './answer-context.ts';
import { isTransfer } from './transfer-question.ts';

/** Nothing is told. */
export const noExpire = -1;

/**
 * The seconds until the zone expires: for a primary those of its SOA, for a secondary what is left of them (RFC 7314 §3.1, §3.2).
 * `noExpire` where the request doesn't ask for them, or the answer is not of a zone itself.
 */
export function expireSecondsOf(context: AnswerContext, nowSeconds: number): number {
  const { request, reader, version, zone, name } = context;
  if (!request.wantsExpire || !context.authoritative || context.rcode !== Rcode.noError) return noExpire;
  if (request.qtype !== Type.soa && !isTransfer(request.qtype)) return noExpire;
  if (version === 0 || context.aliasSteps > 0 || name.labelCount !== context.zoneLabels) return noExpire;
  const expiresAt = reader.zoneExpiresAt(zone);
  if (expiresAt > 0) return Math.max(0, expiresAt - nowSeconds);
  const soa = reader.findRrset(reader.apexNode(version), Type.soa);
  if (soa === 0) return noExpire;
  // The last but one of the five fields of four octets at the data's end (RFC 1035 §3.3.13).
  return u32At(reader.octets, reader.rrsetDataOffset(soa) + reader.rrsetDataOctets(soa) - 8);
}
