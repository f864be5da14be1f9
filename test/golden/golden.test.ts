import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DecodedMessage, decodeMessage, formatRecord } from '../interop/lib/decode-message.ts';
import { formatMessage } from '../interop/lib/format-message.ts';
import { type CaseFile, formatCaseFile, type GoldenCase, type Parts, parseCaseFile, partNames } from './case-file.ts';
import { buildGoldenQuestion, checkAnswerOrder, type GoldenQuestion, partsOf, silence } from './golden-question.ts';
import { ServedZones } from './served-zones.ts';

const folder = import.meta.dirname;
const topics = readdirSync(folder).filter((name) => existsSync(join(folder, name, `${name}.case`)));

test('there are many cases', () => {
  expect(topics.length).toBeGreaterThan(10);
});

for (const topic of topics) {
  const text = readFileSync(join(folder, topic, `${topic}.case`), 'utf8');
  const file = parseCaseFile(text);
  test(`${topic}.case is as agree.ts writes it`, () => expect(formatCaseFile(file)).toBe(text));
  describe(topic, () => describeTopic(topic, file));
}

function describeTopic(topic: string, file: CaseFile): void {
  let served: ServedZones | undefined;
  const serve = (): ServedZones => {
    served ??= new ServedZones(file.zones.map(({ name, file }) => ({ name, file: join(folder, topic, file) })));
    return served;
  };
  for (const golden of file.cases) {
    test(`${golden.title} (${topic}.case:${golden.line})`, () => {
      const question = buildGoldenQuestion(golden.ask);
      const octets = serve().answer(question.octets, question.tcp);
      // Judged once: whatever is right of it is right of these.
      expect(serve().answerFromCache(question.octets, question.tcp)).toEqual([octets, octets, octets]);
      if (octets.length === 0) {
        expect(golden.expected.header[0]?.lines, `${golden.source}: silence`).toEqual(silence.header);
        return;
      }
      const response = decodeMessage(octets);
      expectParts(golden, response);
      if (!question.isRaw) expectEnvelope(question, response);
    });
  }
}

/** Every part is one of its variants; a failure shows the whole response in dig's form. */
function expectParts(golden: GoldenCase, response: DecodedMessage): void {
  const parts = partsOf(response);
  const shown = `${golden.source}: ${golden.ask}\n${formatMessage(response)}`;
  const free = new Set(golden.rules.filter((rule) => rule.verb === 'FREE').map((rule) => rule.part));
  for (const part of partNames.filter((name) => !free.has(name))) {
    const variants = golden.expected[part];
    expect(variants.length, `no expected ${part}: run agree.ts`).toBeGreaterThan(0);
    expect(parts[part], `${part}\n${shown}`).toEqual(closest(parts, part, golden));
  }
  expect(checkAnswerOrder(response), shown).toEqual([]);
}

/** The variant that the response equals, else the first. */
function closest(parts: Parts, part: (typeof partNames)[number], golden: GoldenCase): readonly string[] | undefined {
  const variants = golden.expected[part].map((variant) => [...variant.lines].sort());
  return variants.find((lines) => lines.join('\n') === parts[part].join('\n')) ?? variants[0];
}

/** What holds for every response: the question's id, opcode and octets, EDNS for EDNS, and the room that was given. */
function expectEnvelope(question: GoldenQuestion, response: DecodedMessage): void {
  const asked = decodeMessage(question.octets);
  expect(response.id).toBe(asked.id);
  expect(response.opcode).toBe(asked.opcode);
  expect(response.flags & 0x0080, 'RA').toBe(0);
  expect(response.question).toEqual(response.rcode === 4 && response.question.length === 0 ? [] : asked.question);
  expect(response.edns !== undefined).toBe(question.hasEdns);
  expect(response.edns?.dnssecOk ?? false).toBe(asked.edns?.dnssecOk ?? false);
  expect(misspelledOwners(asked.question[0]?.name ?? '', response)).toEqual([]);
  expect(compressedRdata(response)).toEqual([]);
  if (!question.tcp) expect(response.octets).toBeLessThanOrEqual(Math.max(512, asked.edns?.udpOctets ?? 512));
}

/** Some phones compare the owner of an answer with what they asked, octet by octet. */
function misspelledOwners(qname: string, response: DecodedMessage): string[] {
  const owners = response.answer.map((record) => record.owner);
  return owners.filter((owner) => owner.toLowerCase() === qname.toLowerCase() && owner !== qname);
}

/** RFC 3597 §4: names in RDATA are compressed in the types of RFC 1035 alone; never in SRV (RFC 2782). */
function compressedRdata(response: DecodedMessage): string[] {
  const records = [...response.answer, ...response.authority, ...response.additional];
  return records.filter((record) => record.rdataCompressed && record.type > 15).map(formatRecord);
}
