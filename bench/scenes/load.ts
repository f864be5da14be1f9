/** A million records from exec to the first answer; and what bench/load.ts tells of Ringzone's own part in it. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { bind } from '../servers/bind.ts';
import { knot } from '../servers/knot.ts';
import { nsd } from '../servers/nsd.ts';
import { ringzone } from '../servers/ringzone.ts';
import { sitesZone, writeSitesZone } from '../zones/sites.ts';
import type { Scene, SceneSetting } from './scene.ts';
import { measureStarts } from './start-up.ts';

const siteCount = 250_000;

export const load: Scene = {
  name: 'load',
  about: 'the start of a server with a zone of a million records, from exec to the first answer',
  programs: [ringzone, nsd, knot, bind],
  rounds: 2,
  seconds: 0.1,
  run: async (setting) => {
    const file = join(setting.folder, sitesZone);
    writeSitesZone(file, siteCount);
    const rows = await measureStarts({ name: sitesZone, file }, setting);
    setting.note('bench/load.ts');
    return {
      columns: [
        { figure: 'startCpuSeconds', title: 'CPU s', digits: 2, of: 'noisy' },
        { figure: 'startMs', title: 'first answer ms', digits: 0, of: 'median' },
        { figure: 'residentMebi', title: 'resident MiB', digits: 0, of: 'noisy' },
        { figure: 'peakMebi', title: 'peak MiB', digits: 0, of: 'median' },
      ],
      rows,
      ratios: [
        { figure: 'startCpuSeconds', title: 'CPU' },
        { figure: 'residentMebi', title: 'resident memory' },
      ],
      notes: describeLoad(setting),
    };
  },
};

/** Of the file of that name in the folder: loading it alone, and what the main thread notices of it, each in a process of its own. */
function describeLoad({ folder, serverCore }: SceneSetting): string[] {
  const script = resolve(import.meta.dirname, '../load.ts');
  return ['one', 'stall'].flatMap((what) => {
    const command = ['-c', `${serverCore}`, process.execPath, script, '--measure', what, '--folder', folder];
    const { stdout, stderr, status } = spawnSync('taskset', command, { encoding: 'utf8' });
    return (status === 0 ? stdout : `bench/load.ts failed: ${stderr}`).split('\n').filter((line) => line !== '');
  });
}
