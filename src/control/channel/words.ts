/** The words of the control channel: rndc's where rndc has them. Client and server have this table in common. */

export interface ControlWord {
  readonly name: string;
  /** What stands behind it. */
  readonly usage: string;
  readonly summary: string;
}

function word<Name extends string>(name: Name, usage: string, summary: string): ControlWord & { readonly name: Name } {
  return { name, usage, summary };
}

const aZone = 'ZONE [CLASS [VIEW]]';
const aZoneOrAll = `[${aZone}]`;

/** In the order of the help. */
export const controlWords = [
  word('status', '', 'how the server is'),
  word('zonestatus', aZone, 'how a zone is: serial, last loaded, next refresh, frozen'),
  word('reload', aZoneOrAll, 'read the configuration and all zones again, or one zone'),
  word('reconfig', '', 'read the configuration again; load new zones only'),
  word('refresh', aZone, "ask a secondary zone's primaries for something newer"),
  word('retransfer', aZone, 'transfer a secondary zone whole, whatever its serial'),
  word('notify', aZone, 'tell the secondaries of a zone (NOTIFY)'),
  word('freeze', aZoneOrAll, 'write the file of a dynamic zone and take no updates, so that it can be edited'),
  word('thaw', aZoneOrAll, 'read the edited file and take updates again'),
  word('sync', `[-clean] ${aZoneOrAll}`, 'write the file of a dynamic zone; with -clean, begin its journal anew'),
  word('journal', `check|reset ${aZone}`, 'read all of a journal, or begin it anew with what is served'),
  word('addzone', `${aZone} { CONFIG }`, 'serve one more zone, also after a restart; CONFIG as in named.conf or YAML'),
  word('modzone', `${aZone} { CONFIG }`, 'serve a zone otherwise'),
  word('delzone', `[-clean] ${aZone}`, 'serve a zone no more; with -clean, delete its files'),
  word('showzone', aZone, 'what is configured of a zone'),
  word('showconf', '', 'the configuration in force, with defaults, without secrets'),
  word('querylog', '[on|off]', 'log questions, or not; without a word, the other way round'),
  word('responselog', '[on|off]', 'log responses, or not; without a word, the other way round'),
  word('trace', '[LEVEL]', 'log debug messages down to LEVEL, or one level more of them'),
  word('notrace', '', 'log no debug messages'),
  word('closelogs', '', 'open the log files again, after they were moved'),
  word('dnstap', '-reopen|-roll [N]', 'begin a new dnstap file; with -roll, put the old one away and keep N of them'),
  word('dnstap-reopen', '', 'the same as dnstap -reopen'),
  word('health', aZoneOrAll, 'who of the SRV targets is there, and what share of the calls each gets'),
  word(
    'drain',
    'TARGET [--for 30m] [--wait]',
    'name a target in no new answer; with --wait, until the last answer that names it is over',
  ),
  word('undrain', 'TARGET', 'name it again'),
  word('stats', '', 'the counters'),
  word('tcp-timeouts', '', 'time-outs of TCP, in tenths of a second'),
  word('tsig-list', '', 'the names of the keys'),
  word('tsig-delete', 'KEY [VIEW]', 'delete a key that was negotiated; there are none here'),
  word('dnssec', `-status ${aZone}`, 'whether a zone is signed here; it is not'),
  word('validation', 'on|off|status [VIEW]', 'whether DNSSEC is validated; it is not'),
  word('recursing', '', 'questions that are being looked up; there are none'),
  word('flush', '[VIEW]', 'empty the cache; there is none'),
  word('flushname', 'NAME [VIEW]', 'empty the cache of a name'),
  word('flushtree', 'NAME [VIEW]', 'empty the cache of a name and all below'),
  word('null', '', 'nothing: is somebody there?'),
  word('version', '', 'the version of the server'),
  word('upgrade', '', 'start the version that is installed now, which takes over without losing a question'),
  word('stop', '[-p]', 'write what is to be written and end; waits for it'),
] as const;

export type WordName = (typeof controlWords)[number]['name'];

export function findWord(name: string): { readonly name: WordName } | undefined {
  const lower = name.toLowerCase();
  return controlWords.find((known) => known.name === lower);
}
