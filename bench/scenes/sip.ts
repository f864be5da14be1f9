import { packQuestions } from '../generator/question-file.ts';
import { bind } from '../servers/bind.ts';
import { echo } from '../servers/echo.ts';
import { knot } from '../servers/knot.ts';
import { nsd } from '../servers/nsd.ts';
import { ringzone } from '../servers/ringzone.ts';
import { listPhonesQuestions, phonesZone } from '../zones/phones.ts';
import type { Scene } from './scene.ts';
import { runUdpScene } from './udp-scene.ts';

export const sip: Scene = {
  name: 'sip',
  about:
    "UDP, the how-to's zone: SRV, A, NS, SOA, and 1 in 7 a name error; each server on all addresses, as by default",
  programs: [ringzone, nsd, knot, bind, echo],
  rounds: 5,
  seconds: 1.8,
  run: (setting) =>
    runUdpScene(
      { zones: [phonesZone], questions: packQuestions(listPhonesQuestions()), onAllAddresses: true },
      setting,
    ),
};
