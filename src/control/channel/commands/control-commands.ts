import { bare, type ControlCommand } from '../control-command.ts';
import { succeed } from '../messages.ts';
import type { WordName } from '../words.ts';
import { freeze, sync, thaw } from './dynamic-zones.ts';
import { journal } from './journal.ts';
import { closelogs, querylog } from './logs.ts';
import { reconfig, reload } from './reload.ts';
import { notify, refresh, retransfer } from './replicate.ts';
import { stats } from './stats.ts';
import { status } from './status.ts';
import { zonestatus } from './zonestatus.ts';

/** What each word does. */
export const controlCommands: Readonly<Record<WordName, ControlCommand>> = {
  status,
  zonestatus,
  reload,
  reconfig,
  refresh,
  retransfer,
  notify,
  freeze,
  thaw,
  sync,
  journal,
  querylog,
  closelogs,
  stats,
  version: bare((target) => {
    const { version } = target.state();
    return succeed(`version: ${version}`, { version });
  }),
  stop: bare(async (target) => {
    await target.stop();
    return succeed();
  }),
};
