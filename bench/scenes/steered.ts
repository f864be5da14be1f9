import { type BenchQuestion, packQuestions } from '../generator/question-file.ts';
import { ringzone, ringzoneOrdered } from '../servers/ringzone.ts';
import { phonesZone } from '../zones/phones.ts';
import type { Scene } from './scene.ts';
import { runUdpScene } from './udp-scene.ts';

/** Nothing but what is steered, so that nothing dilutes what it costs. */
const question: BenchQuestion = { name: '_sip._udp.rapidtech.phones.', type: 'SRV', rcode: 0, answers: 3 };
const questions = Array.from({ length: 64 }, () => question);

export const steered: Scene = {
  name: 'steered',
  about: "UDP, SRV of the how-to's zone alone: Ringzone as the zone has them, and by each policy",
  programs: [ringzone, ...['cyclic', 'rfc2782', 'shape', 'sticky'].map(ringzoneOrdered)],
  rounds: 7,
  seconds: 1.2,
  run: (setting) => runUdpScene({ zones: [phonesZone], questions: packQuestions(questions) }, setting),
};
