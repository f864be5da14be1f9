import { bareNode } from '../servers/bare-node.ts';
import { bind } from '../servers/bind.ts';
import { knot } from '../servers/knot.ts';
import { nsd } from '../servers/nsd.ts';
import { ringzone } from '../servers/ringzone.ts';
import { phonesZone } from '../zones/phones.ts';
import type { Scene } from './scene.ts';
import { measureStarts } from './start-up.ts';

export const cold: Scene = {
  name: 'cold',
  about: "from exec to the first answer with the how-to's zone; memory and CPU while idle",
  programs: [ringzone, nsd, knot, bind, bareNode],
  rounds: 3,
  seconds: 0.4,
  run: async (setting) => ({
    columns: [
      { figure: 'startMs', title: 'first answer ms', digits: 0, of: 'noisy' },
      { figure: 'startCpuSeconds', title: 'CPU s', digits: 2, of: 'median' },
      { figure: 'residentMebi', title: 'resident MiB', digits: 1, of: 'noisy' },
      { figure: 'idlePercent', title: 'idle CPU %', digits: 2, of: 'noisy' },
    ],
    rows: await measureStarts(phonesZone, setting),
    ratios: [
      { figure: 'startMs', title: 'time to the first answer' },
      { figure: 'residentMebi', title: 'resident memory' },
    ],
    notes: [],
  }),
};
