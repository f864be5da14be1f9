import { type BenchQuestion, packQuestions } from '../generator/question-file.ts';
import { bind } from '../servers/bind.ts';
import { knot } from '../servers/knot.ts';
import { nsd } from '../servers/nsd.ts';
import { ringzone } from '../servers/ringzone.ts';
import { phonesZone } from '../zones/phones.ts';
import { createRandom } from '../zones/sites.ts';
import type { Scene } from './scene.ts';
import { runUdpScene } from './udp-scene.ts';

const questionCount = 1 << 19;

export const randomNames: Scene = {
  name: 'random-names',
  about: "UDP, random subdomains of the how-to's zone: each name asked once, none exists",
  isExtra: true,
  programs: [ringzone, nsd, knot, bind],
  rounds: 5,
  seconds: 2,
  run: (setting) => runUdpScene({ zones: [phonesZone], questions: packQuestions(listRandomNames()) }, setting),
};

function listRandomNames(): BenchQuestion[] {
  const random = createRandom(1034);
  return Array.from({ length: questionCount }, () => ({
    name: `${random().toString(36)}.rapidtech.phones.`,
    type: 'A',
    rcode: 3,
    answers: 0,
  }));
}
