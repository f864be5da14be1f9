/** Whether a server has a zone, and which version of it. */
import { u32At } from '../../base/octets.ts';
import { Flag, Rcode, Type } from '../../wire/codes.ts';
import { rcodeText } from '../../wire/rcode-text.ts';
import { MessageDecoder } from './answers/decode-message.ts';
import type { ServedState } from './compare-result.ts';
import { type CompareQuestion, writeQuestion } from './questions/question.ts';
import type { AskedServer } from './server-pair.ts';

const decoder = new MessageDecoder();

/** Ask for the SOA, over TCP so that no limit of rates is in the way. */
export async function askState(server: AskedServer, apex: string, zoneClass: number): Promise<ServedState> {
  const question: CompareQuestion = { name: apex, type: Type.soa, class: zoneClass, kind: 'apex' };
  const answer = await server.ask(writeQuestion(question, false, false), { overTcp: true });
  return answer === undefined ? { refusal: 'no answer' } : readState(answer);
}

function readState(octets: Uint8Array): ServedState {
  const message = decoder.decode(octets);
  if ('problem' in message) return { refusal: `a malformed answer (${message.problem})` };
  if (message.rcode !== Rcode.noError) return { refusal: rcodeText(message.rcode) };
  if ((message.flags & Flag.aa) === 0) return { refusal: 'an answer that is not authoritative' };
  const soa = message.answer.find(({ type }) => type === Type.soa);
  if (soa === undefined) return { refusal: 'an answer without SOA' };
  const rdata = Buffer.from(soa.rdata, 'latin1');
  return { serial: u32At(rdata, rdata.length - 20) };
}

export function isServed(state: ServedState): state is { readonly serial: number } {
  return 'serial' in state;
}
