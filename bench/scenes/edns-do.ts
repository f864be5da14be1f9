import { join } from 'node:path';
import { packQuestions } from '../generator/question-file.ts';
import { bind } from '../servers/bind.ts';
import { knot } from '../servers/knot.ts';
import { nsd } from '../servers/nsd.ts';
import { ringzone } from '../servers/ringzone.ts';
import { signZone } from '../zones/sign-zone.ts';
import { drawSiteQuestions, sitesZone, writeSitesZone } from '../zones/sites.ts';
import type { Scene } from './scene.ts';
import { runUdpScene } from './udp-scene.ts';

const siteCount = 1000;
const questionCount = 1 << 15;

export const ednsDo: Scene = {
  name: 'edns-do',
  about: 'UDP, EDNS with DO, a presigned zone of 1,000 sites (ECDSA P-256, NSEC), 1 in 10 a name error',
  programs: [ringzone, nsd, knot, bind],
  rounds: 5,
  seconds: 1.2,
  run: (setting) => {
    const file = join(setting.folder, 'example.com');
    writeSitesZone(file, siteCount);
    const signed = signZone(sitesZone, file, setting.folder);
    const questions = packQuestions(drawSiteQuestions(questionCount, siteCount, 1), true);
    return runUdpScene({ zones: [{ name: sitesZone, file: signed }], questions }, setting);
  },
};
