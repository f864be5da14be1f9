/** Sockets that others have opened for this server: systemd, or the server before it. */
import { readlinkSync } from 'node:fs';
import type { ListenAddress } from '../messages.ts';
import { formatAddress, formatListenAddress, parseAddress } from './socket-address.ts';
import type { SocketFacts, SocketInspector } from './socket-facts.ts';
import type { SocketOpener } from './socket-opener.ts';

export type Transport = 'udp' | 'tcp';

/** On one address. */
export type TakenSockets = Readonly<Record<Transport, readonly number[]>>;

interface Offered extends SocketFacts {
  readonly fd: number;
  readonly text: string;
}

/** Those of them that are what they should be wait here for the address that they are bound to. */
export class PassedSockets {
  private readonly opener: SocketOpener;
  private offered: readonly Offered[];
  private readonly reasons = new Set<string>();
  taken = 0;

  constructor(opener: SocketOpener, inspector: SocketInspector, descriptors: readonly number[]) {
    this.opener = opener;
    const files = new Set<string>();
    this.offered = descriptors.flatMap((fd): Offered[] => {
      const file = fileBehind(fd);
      const facts = inspector.inspect(fd);
      if (facts.ok && file !== undefined && !files.has(file)) {
        files.add(file);
        const { transport, address } = facts.value;
        return [{ ...facts.value, fd, text: `${formatListenAddress(address)} (${transport.toUpperCase()})` }];
      }
      // The same socket may come twice, of a socket unit and out of the store.
      if (!facts.ok) this.reasons.add(`descriptor ${fd}: ${facts.error}`);
      opener.close(fd);
      return [];
    });
  }

  /** Those on an address, ready for use; port 0 stands for that of the first one there. They are the caller's from now on. */
  take({ family, address, port }: ListenAddress, transports: readonly Transport[]): TakenSockets {
    const octets = parseAddress(address);
    const text = octets === undefined ? address : formatAddress(octets);
    const isThere = (offered: Offered) => offered.address.family === family && offered.address.address === text;
    const wanted = port === 0 ? this.offered.find(isThere)?.address.port : port;
    const fits = (offered: Offered) =>
      isThere(offered) && offered.address.port === wanted && transports.includes(offered.transport);
    const fitting = this.offered.filter(fits);
    this.offered = this.offered.filter((offered) => !fits(offered));
    this.taken += fitting.length;
    for (const offered of fitting) this.opener.adopt(offered.fd, offered);
    const of = (wanted: Transport) => fitting.filter(({ transport }) => transport === wanted).map(({ fd }) => fd);
    return { udp: of('udp'), tcp: of('tcp') };
  }

  /** Let go of those that no address has taken. */
  closeRest(): void {
    for (const { fd, text } of this.offered) {
      this.opener.close(fd);
      this.reasons.add(`${text}: the configuration does not name it`);
    }
    this.offered = [];
  }

  /** Why some were closed. */
  get closed(): readonly string[] {
    return [...this.reasons];
  }
}

/** `socket:[12345]`, the same for all duplicates. */
export function fileBehind(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}
