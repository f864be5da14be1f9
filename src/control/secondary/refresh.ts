/** One look of a secondary at its primaries, in turn, and the transfer that may follow (RFC 1034 §4.3.5, RFC 1995, RFC 5936). */
import { isIPv6 } from 'node:net';
import { isNewerSerial } from '../../base/serial.ts';
import { Counter, type CounterBlock } from '../../plane/counters.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import { Rcode } from '../../wire/codes.ts';
import type { Remote } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { timedOut } from './ask.ts';
import { askSoa, type SoaResult, type SoaTimeouts } from './ask-soa.ts';
import { keyOf, remoteText, sourceText, withSource } from './remote-text.ts';
import type { SecondaryZone } from './secondary-zone.ts';
import type { TransferDone } from './transfer-messages.ts';
import type { Transfers } from './transfers.ts';

/** What the look needs of the rest. */
export interface RefreshSetting {
  readonly keys: () => readonly TsigKey[];
  readonly transfers: Transfers;
  readonly counts: CounterBlock;
  readonly log: Log;
  readonly timeouts: SoaTimeouts;
  readonly signal: AbortSignal;
}

export type RefreshOutcome =
  /** A primary has our serial. */
  | { readonly kind: 'current'; readonly primary: Remote; readonly expireSeconds: number | undefined }
  | {
      readonly kind: 'transferred';
      readonly primary: Remote;
      readonly done: TransferDone;
      readonly expireSeconds: number | undefined;
    }
  /** Each primary that answered has a lower serial than ours. */
  | { readonly kind: 'lower' }
  | { readonly kind: 'failed' };

/** Ask each primary until one has something newer that can be had. */
export async function refreshZone(
  zone: SecondaryZone,
  whole: boolean,
  setting: RefreshSetting,
): Promise<RefreshOutcome> {
  let best: RefreshOutcome = { kind: 'failed' };
  for (const primary of zone.config.primaries) {
    if (setting.signal.aborted || zone.isGone) break;
    const remote = withSource(primary, zone.config.transferSource);
    const outcome = await tryPrimary(zone, remote, whole, setting);
    if (outcome.kind === 'transferred') return outcome;
    if (outcome.kind === 'current' || best.kind === 'failed') best = outcome;
  }
  return best;
}

async function tryPrimary(
  zone: SecondaryZone,
  remote: Remote,
  whole: boolean,
  setting: RefreshSetting,
): Promise<RefreshOutcome> {
  const { apex, class: zoneClass } = zone.id;
  const key = keyOf(remote, setting.keys());
  setting.counts.add(isIPv6(remote.address) ? Counter.SOAOutv6 : Counter.SOAOutv4);
  const result = await askSoa({ remote, key, apex, zoneClass }, setting.timeouts, setting.signal);
  if (!result.ok || result.value.kind === 'useless') {
    if (setting.signal.aborted) return { kind: 'failed' };
    logUseless(zone, remote, result, setting.log);
    // As BIND: the transfer may be allowed though the question isn't. Knot gives its catalogs so.
    const isRefused = result.ok && result.value.kind === 'useless' && result.value.rcode === Rcode.refused;
    return isRefused ? await transferFrom(zone, remote, key, whole, undefined, setting) : { kind: 'failed' };
  }
  const { serial, expireSeconds } = result.value;
  if (zone.serial !== undefined && !whole) {
    if (serial === zone.serial) return { kind: 'current', primary: remote, expireSeconds };
    if (!isNewerSerial(serial, zone.serial)) {
      const received = `serial number (${serial}) received from primary ${remoteText(remote)}`;
      setting.log.info('general', `zone ${zone.title}: ${received} < ours (${zone.serial})`);
      return { kind: 'lower' };
    }
  }
  return await transferFrom(zone, remote, key, whole, expireSeconds, setting);
}

async function transferFrom(
  zone: SecondaryZone,
  remote: Remote,
  key: TsigKey | undefined,
  whole: boolean,
  expireSeconds: number | undefined,
  setting: RefreshSetting,
): Promise<RefreshOutcome> {
  const done = await setting.transfers.run(zone, remote, key, whole);
  if (done === undefined) return { kind: 'failed' };
  if (done.form === 'upToDate') return { kind: 'current', primary: remote, expireSeconds };
  return { kind: 'transferred', primary: remote, done, expireSeconds };
}

function logUseless({ title }: SecondaryZone, remote: Remote, result: SoaResult, log: Log): void {
  const primary = `primary ${remoteText(remote)}`;
  const source = `(source ${sourceText(remote)})`;
  if (result.ok) {
    const reason = result.value.kind === 'useless' ? result.value.reason : '';
    log.info('general', `zone ${title}: refresh: ${reason} from ${primary} ${source}`);
  } else if (result.error === timedOut) {
    log.info('general', `zone ${title}: refresh: retry limit for ${primary} exceeded ${source}`);
  } else {
    log.info('general', `zone ${title}: refresh: failure trying ${primary} ${source}: ${result.error}`);
  }
}
