/** How many TCP connections each client has: an IPv4 address, or the /64 that an IPv6 host chooses its addresses from. */
import { parseAddress } from '../plane/sockets/socket-address.ts';

export class ConnectionCounts {
  private readonly counts = new Map<string, number>();

  of(client: string): number {
    return this.counts.get(client) ?? 0;
  }

  add(client: string): void {
    this.counts.set(client, this.of(client) + 1);
  }

  remove(client: string): void {
    const left = this.of(client) - 1;
    if (left > 0) this.counts.set(client, left);
    else this.counts.delete(client);
  }

  /** The client that has more connections than `least`, and most of all; `undefined` where none has. */
  greediest(least: number): string | undefined {
    let found: string | undefined;
    let most = least;
    for (const [client, count] of this.counts) {
      if (count <= most) continue;
      most = count;
      found = client;
    }
    return found;
  }
}

/** What connections of the same client have in common. */
export function clientOf(address: string | undefined): string {
  const octets = parseAddress(address ?? '');
  return octets === undefined ? '' : octets.subarray(0, octets.length === 4 ? 4 : 8).join('.');
}
