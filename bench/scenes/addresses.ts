import { packQuestions } from '../generator/question-file.ts';
import { ringzone, ringzoneOnAll } from '../servers/ringzone.ts';
import { listPhonesQuestions, phonesZone } from '../zones/phones.ts';
import type { Scene } from './scene.ts';
import { runUdpScene } from './udp-scene.ts';

export const addresses: Scene = {
  name: 'addresses',
  about: 'as sip, Ringzone on one address and on all',
  isExtra: true,
  programs: [ringzone, ringzoneOnAll],
  rounds: 7,
  seconds: 2,
  run: (setting) => runUdpScene({ zones: [phonesZone], questions: packQuestions(listPhonesQuestions()) }, setting),
};
