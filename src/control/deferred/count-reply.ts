/** What main counts of the responses that it makes for the workers: those to NOTIFY, UPDATE and peers. The requests are counted there. */
import { octetAt, u16At } from '../../base/octets.ts';
import { Counter, type CounterBlock } from '../../plane/counters.ts';
import { Flag, Opcode, Rcode } from '../../wire/codes.ts';
import type { DeferredRequest } from './deferred-request.ts';

/** Count the response in `octets`, which goes out by that transport. */
export function countReply(
  counters: CounterBlock,
  transport: 'udp' | 'tcp',
  { request, deferred }: Pick<DeferredRequest, 'request' | 'deferred'>,
  octets: Uint8Array,
): void {
  const { family } = deferred.client;
  const rcode = octetAt(octets, 3) & 15;
  counters.add(Counter.Response);
  counters.addRcode(rcode);
  counters.addResponseSize(transport === 'tcp' ? 1 : 0, family, octets.length);
  if ((u16At(octets, 2) & Flag.tc) !== 0) counters.add(Counter.TruncatedResp);
  if (request.hasEdns) counters.add(Counter.RespEDNS0);
  if (deferred.verdict !== undefined) counters.add(Counter.RespTSIG);
  if (request.opcode === Opcode.update) countUpdate(counters, rcode);
  else if (request.opcode === Opcode.notify) countNotify(counters, family, rcode);
}

function countUpdate(counters: CounterBlock, rcode: number): void {
  switch (rcode) {
    case Rcode.noError:
      counters.add(Counter.UpdateDone);
      break;
    case Rcode.refused:
      counters.add(Counter.UpdateRej);
      break;
    // RFC 2136 §3.2: nothing but prerequisites gives these.
    case Rcode.nxDomain:
    case Rcode.yxDomain:
    case Rcode.yxRrset:
    case Rcode.nxRrset:
      counters.add(Counter.UpdateBadPrereq);
      counters.add(Counter.UpdateFail);
      break;
    case Rcode.servFail:
      counters.add(Counter.UpdateFail);
      break;
    default:
    // FORMERR, NOTAUTH, NOTZONE: it never came to be an update of a zone.
  }
}

/** Those of zones that are ours, whoever sends them; and those of them that are not listened to. */
function countNotify(counters: CounterBlock, family: 4 | 6, rcode: number): void {
  if (rcode !== Rcode.noError && rcode !== Rcode.refused) return;
  counters.add(family === 4 ? Counter.NotifyInv4 : Counter.NotifyInv6);
  if (rcode === Rcode.refused) counters.add(Counter.NotifyRej);
}
