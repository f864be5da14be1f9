import { packQuestions } from '../generator/question-file.ts';
import { bind } from '../servers/bind.ts';
import { ringzone } from '../servers/ringzone.ts';
import { listPhonesQuestions, phonesZone } from '../zones/phones.ts';
import type { Scene } from './scene.ts';
import { runUdpScene } from './udp-scene.ts';

export const querylog: Scene = {
  name: 'querylog',
  about: 'as sip, and each query is logged to a file with time, severity and category',
  programs: [ringzone, bind],
  rounds: 5,
  seconds: 1.2,
  run: (setting) =>
    runUdpScene({ zones: [phonesZone], questions: packQuestions(listPhonesQuestions()), queryLog: true }, setting),
};
