import type { Config } from '../config/config.ts';
import type { LoadSummary } from '../loader-messages.ts';
import type { Log } from '../log/log.ts';

/** Why the server can't start with what was loaded; `undefined`, and a line of the log, where it can. */
export function judgeLoaded({ strict }: Config, summary: LoadSummary, log: Log): string | undefined {
  const { zones, loadedZones, waitingZones, refusedZones } = summary;
  // A secondary without a copy is waited for: its primary may come later than this server.
  if (loadedZones + waitingZones === 0) return `none of ${zones} zones could be loaded`;
  if (strict && refusedZones > 0) return `${refusedZones} of ${zones} zones refused, and strict is set`;
  if (refusedZones > 0) log.warning('general', `${refusedZones} of ${zones} zones not loaded: SERVFAIL for these`);
  else if (waitingZones > 0) log.notice('general', `${waitingZones} of ${zones} zones wait for their first transfer`);
  else log.notice('general', 'all zones loaded');
  return undefined;
}
