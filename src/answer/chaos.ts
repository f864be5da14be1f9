/** Class CH: who answers here (RFC 4892 and BIND's older names). */
import type { AnswerSettings } from '../plane/answer-settings.ts';
import { Class, Rcode, Type } from '../wire/codes.ts';
import { equalNames, type WireName, wireNameFrom } from '../wire/name.ts';
import { questionPosition, Section } from '../wire/response.ts';
import type { AnswerContext } from './answer-context.ts';

/** The names and their texts as RDATA, made once per settings; what is switched off has none. */
export class ChaosNames {
  private readonly rdatas: readonly (Uint8Array | undefined)[];

  constructor(settings: AnswerSettings) {
    this.rdatas = [settings.version, settings.version, settings.hostname, settings.serverId].map(rdataOf);
  }

  /** The TXT RDATA of the name at `qname[0]`. */
  find(qname: Uint8Array): Uint8Array | undefined {
    for (let i = 0; i < chaosNames.length; i++) {
      if (equalNames(qname, 0, chaosNames[i] as WireName, 0)) return this.rdatas[i];
    }
    return undefined;
  }
}

const chaosNames: readonly WireName[] = ['version.bind.', 'version.server.', 'hostname.bind.', 'id.server.'].map(
  (text) => wireNameFrom(text),
);

/** Answer a question of class CH with the text, or REFUSED. As with NSD and Knot there is no zone and so no AA, SOA or NS. */
export function answerChaos(context: AnswerContext, names: ChaosNames): void {
  const { request, response } = context;
  const rdata = request.qtype === Type.txt || request.qtype === Type.any ? names.find(request.qname) : undefined;
  context.rcode = Rcode.refused;
  if (rdata === undefined) return;
  response.section = Section.answer;
  const fits =
    response.writeOwnerAt(questionPosition) &&
    response.writeRecord(Type.txt, Class.ch, 0, rdata, 0, rdata.length, 0, 0);
  if (!fits) return;
  context.rcode = Rcode.noError;
}

/** One character string of at most 255 octets. */
function rdataOf(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const octets = new TextEncoder().encode(text).subarray(0, 255);
  return Uint8Array.of(octets.length, ...octets);
}
