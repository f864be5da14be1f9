import { bare, type ControlCommand } from '../control-command.ts';
import { fail, succeed } from '../messages.ts';
import type { WordName } from '../words.ts';
import { addzone, delzone, modzone, showzone } from './added-zones.ts';
import { dnstap, dnstapReopen } from './dnstap.ts';
import { freeze, sync, thaw } from './dynamic-zones.ts';
import { drain, health, undrain } from './health.ts';
import { journal } from './journal.ts';
import { dnssec, tsigDelete, tsigList } from './keys.ts';
import { closelogs, notrace, querylog, responselog, trace } from './logs.ts';
import { reconfig, reload } from './reload.ts';
import { notify, refresh, retransfer } from './replicate.ts';
import { showconf, tcpTimeouts } from './show-config.ts';
import { stats } from './stats.ts';
import { status } from './status.ts';
import { flush, flushName, nothing, recursing, validation } from './without-cache.ts';
import { zonestatus } from './zonestatus.ts';

/** What each word does. A word is a line here, one in words.ts, and what it acts on in control-target.ts. */
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
  responselog,
  trace,
  notrace,
  closelogs,
  dnstap,
  'dnstap-reopen': dnstapReopen,
  health,
  drain,
  undrain,
  stats,
  version: bare((target) => {
    const { version } = target.state();
    return succeed(`version: ${version}`, { version });
  }),
  addzone,
  modzone,
  delzone,
  showzone,
  showconf,
  'tcp-timeouts': tcpTimeouts,
  'tsig-list': tsigList,
  'tsig-delete': tsigDelete,
  dnssec,
  validation,
  recursing,
  flush,
  flushname: flushName,
  flushtree: flushName,
  null: nothing,
  upgrade: bare((target) => target.handOver?.upgrade() ?? fail('not possible', 'this server can not hand over')),
  stop: async (args, target) => {
    const [first, ...rest] = args;
    if (rest.length > 0 || (first ?? '-p') !== '-p') return fail('syntax error', 'stop [-p]');
    await target.stop();
    return first === undefined ? succeed() : succeed(`pid: ${process.pid}`, { pid: process.pid });
  },
};
