import { formatAddress, parseAddress } from '../../plane/sockets/socket-address.ts';
import type { Remote } from '../config/config.ts';

/** As in BIND. */
const keptMs = 600_000;
/** Servers that are remembered; BIND has ten. */
const most = 1000;

/**
 * Servers whose ports did not answer at all: so that the places for transfers are not held, fifteen seconds each time, by zones of a
 * primary that is gone. One that refuses at once costs nothing, and isn't kept.
 */
export class UnreachablePrimaries {
  /** Until when, by address and port; the oldest first. */
  private readonly untilMs = new Map<string, number>();
  private readonly nowMs: () => number;

  /** `nowMs`: a clock that does not jump. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs;
  }

  /** No connection was had, for that reason. */
  note(remote: Remote, reason: string): void {
    if (!silences.has(reason)) return;
    const place = placeOf(remote);
    this.untilMs.delete(place);
    this.untilMs.set(place, this.nowMs() + keptMs);
    const [oldest] = this.untilMs.keys();
    if (this.untilMs.size > most && oldest !== undefined) this.untilMs.delete(oldest);
  }

  has(remote: Remote): boolean {
    const place = placeOf(remote);
    const untilMs = this.untilMs.get(place);
    if (untilMs === undefined) return false;
    if (untilMs > this.nowMs()) return true;
    this.untilMs.delete(place);
    return false;
  }

  /** It has been heard of. `address` in text. */
  forget(address: string): void {
    const from = `${plainText(address)}#`;
    for (const place of this.untilMs.keys()) if (place.startsWith(from)) this.untilMs.delete(place);
  }
}

/** See socket-problem.ts. */
const silences: ReadonlySet<string> = new Set(['timed out', 'host unreachable', 'network unreachable']);

function placeOf({ address, port }: Remote): string {
  return `${plainText(address)}#${port}`;
}

function plainText(address: string): string {
  const octets = parseAddress(address);
  return octets === undefined ? address : formatAddress(octets);
}
