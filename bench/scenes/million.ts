import { join } from 'node:path';
import { packQuestions } from '../generator/question-file.ts';
import { bind } from '../servers/bind.ts';
import { knot } from '../servers/knot.ts';
import { nsd } from '../servers/nsd.ts';
import { ringzone } from '../servers/ringzone.ts';
import { drawSiteQuestions, sitesZone, writeSitesZone } from '../zones/sites.ts';
import type { Scene } from './scene.ts';
import { runUdpScene } from './udp-scene.ts';

const siteCount = 250_000;
/** So many that none comes twice within some seconds of load: response caches don't help. */
const questionCount = 1 << 19;

export const million: Scene = {
  name: 'million',
  about: 'UDP, random names in a zone of a million records, 1 in 10 missing',
  programs: [ringzone, nsd, knot, bind],
  rounds: 5,
  seconds: 1.4,
  run: (setting) => {
    const file = join(setting.folder, 'example.com');
    writeSitesZone(file, siteCount);
    const questions = packQuestions(drawSiteQuestions(questionCount, siteCount));
    return runUdpScene({ zones: [{ name: sitesZone, file }], questions }, setting);
  },
};
