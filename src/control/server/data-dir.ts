/** The folder of what outlives the process: journals, copies of secondary zones, their timers. */
import { accessSync, chownSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../base/result.ts';
import { reasonOf } from '../../zonefile/zone-source.ts';
import type { Config } from '../config/config.ts';
import { publishedMark } from '../published/published-mark.ts';
import { publishes } from '../published/publishes.ts';
import { makeFolder } from './make-folder.ts';
import type { UnixUser } from './privileges.ts';

/** What came of looking: the folder, or none and why that is no reason to give up. */
export interface DataDir {
  readonly path: string | undefined;
  readonly warning: string | undefined;
}

/**
 * Make the folder, for `user` where that is named, and see that it can be written by us. An error where it can't and the operator has named it, or
 * a zone can't be served without it; otherwise there is none, with a warning where something would have used it.
 */
export function openDataDir(config: Config, user: UnixUser | undefined): Result<DataDir, string> {
  const { dataDir, isDataDirNamed } = config;
  const need = needOf(config);
  if (dataDir === undefined) return need === undefined ? ok({ path: undefined, warning: undefined }) : err(need.text);
  // Nobody has asked for it.
  if (need === undefined && !isDataDirNamed) return ok({ path: undefined, warning: undefined });
  const problem = openFolder(dataDir, user);
  if (problem === undefined) return ok({ path: dataDir, warning: undefined });
  const told = `data-dir ${dataDir}: ${problem}`;
  if (isDataDirNamed) return err(told);
  if (need?.isHard === true) return err(`${told}; ${need.text}: give data-dir, or --data-dir`);
  return ok({ path: undefined, warning: `${told}; ${need?.text ?? 'nothing is kept'}: not done without it` });
}

/** The first thing that wants the folder; `isHard`: a zone that can't be served without. */
function needOf({
  zones,
  catalogs,
  allowNewZones,
  dataDir,
}: Config): { readonly text: string; readonly isHard: boolean } | undefined {
  const hard = zones.find(({ type, update }) => type === 'secondary' || update !== undefined);
  if (hard !== undefined) {
    const what = hard.type === 'secondary' ? 'its copy is kept' : 'its updates are kept';
    return { text: `zone ${hard.name} needs a data-dir, where ${what}`, isHard: true };
  }
  const published = zones.find(publishes);
  if (published !== undefined) {
    const text = `zone ${published.name} has health with publish, and needs a data-dir, where the serials that secondaries have are kept`;
    return { text, isHard: true };
  }
  if (allowNewZones) return { text: 'allow-new-zones needs a data-dir, where added zones are kept', isHard: true };
  const made = zones.find(({ isGenerated }) => isGenerated);
  if (made !== undefined) return { text: `catalog ${made.name} needs a data-dir, where it is made`, isHard: true };
  const [catalog] = catalogs;
  if (catalog !== undefined) {
    return { text: `catalog ${catalog.name} needs a data-dir, where the copies of its members are kept`, isHard: true };
  }
  const soft = zones.find(({ ixfrFromDifferences }) => ixfrFromDifferences);
  if (soft !== undefined)
    return { text: `zone ${soft.name} has ixfr-from-differences, and its journal is kept there`, isHard: false };
  const steered = zones.find(({ steering }) => steering !== undefined);
  if (steered === undefined) {
    const hasPublished = dataDir !== undefined && existsSync(join(dataDir, publishedMark));
    return hasPublished ? { text: 'serials that secondaries have are kept there', isHard: false } : undefined;
  }
  return { text: `zone ${steered.name} is steered, and drains and verdicts of health are kept there`, isHard: false };
}

function openFolder(path: string, user: UnixUser | undefined): string | undefined {
  try {
    // For nobody else: journals hold whole zones.
    if (makeFolder(path, 0o750) && user !== undefined) chownSync(path, user.uid, user.gid);
    if (!statSync(path).isDirectory()) return 'it is no folder';
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
