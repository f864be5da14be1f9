import type { RefusalCount } from '../../page/page-data.ts';
import type { CounterName, CounterSums } from '../../plane/counters.ts';
import type { CountWindow } from './count-window.ts';

const counted: readonly (readonly [what: string, counters: readonly CounterName[]])[] = [
  ['queries for zones that are not here, or not for the client', ['AuthQryRej', 'RecQryRej']],
  ['transfers', ['XfrRej']],
  ['updates', ['UpdateRej']],
  ['NOTIFY', ['NotifyRej']],
  ['signatures that are wrong', ['ReqBadSIG']],
  ['responses held back by a rate limit', ['RateDropped', 'RateSlipped']],
  ['requests without a good cookie', ['QryBADCOOKIE']],
  ['messages beyond a limit', ['QryDropped']],
  ['TCP connections', ['tcpRefused']],
];

type Named = CounterSums['named'];

/** Sums for the window, by what they count. */
export function refusalSums(named: Named): readonly (readonly [what: string, sum: number])[] {
  return counted.map(([what, counters]) => [what, counters.reduce((sum, name) => sum + named[name], 0)]);
}

/** Those of which there are any. */
export function refusalCounts(named: Named, window: CountWindow): readonly RefusalCount[] {
  return refusalSums(named)
    .filter(([, total]) => total > 0)
    .map(([what, total]) => ({ what, total, lately: window.grown(what) }));
}
