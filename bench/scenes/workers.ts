import { packQuestions } from '../generator/question-file.ts';
import { ringzone, ringzoneTwo } from '../servers/ringzone.ts';
import { listPhonesQuestions, phonesZone } from '../zones/phones.ts';
import type { Scene } from './scene.ts';
import { runUdpScene } from './udp-scene.ts';

export const workers: Scene = {
  name: 'workers',
  about: 'as sip, Ringzone with one worker and with two on the same core',
  isExtra: true,
  programs: [ringzone, ringzoneTwo],
  rounds: 7,
  seconds: 2,
  run: (setting) => runUdpScene({ zones: [phonesZone], questions: packQuestions(listPhonesQuestions()) }, setting),
};
