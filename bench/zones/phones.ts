/** The how-to's zone, and what phones and the resolvers before them ask of it. */
import { resolve } from 'node:path';
import type { JudgeZone } from '../../test/interop/lib/judge.ts';
import type { BenchQuestion } from '../generator/question-file.ts';

export const phonesZone: JudgeZone = {
  name: 'rapidtech.phones.',
  file: resolve(import.meta.dirname, '../../zones/rapidtech.phones'),
};

const missingNames = 64;

/** SRV, three A, NS, SOA, and 1 in 7 a name that is missing. */
export function listPhonesQuestions(): BenchQuestion[] {
  return Array.from({ length: missingNames }, (_, i): BenchQuestion[] => [
    { name: '_sip._udp.rapidtech.phones.', type: 'SRV', rcode: 0, answers: 3 },
    { name: 'sipserver1.rapidtech.phones.', type: 'A', rcode: 0, answers: 1 },
    { name: 'sipserver2.rapidtech.phones.', type: 'A', rcode: 0, answers: 1 },
    { name: 'sipserverbackup.rapidtech.phones.', type: 'A', rcode: 0, answers: 1 },
    { name: 'rapidtech.phones.', type: 'NS', rcode: 0, answers: 1 },
    { name: 'rapidtech.phones.', type: 'SOA', rcode: 0, answers: 1 },
    { name: `phone${i}.rapidtech.phones.`, type: 'A', rcode: 3, answers: 0 },
  ]).flat();
}
