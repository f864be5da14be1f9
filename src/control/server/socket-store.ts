/**
 * systemd's store of descriptors (FDSTORE=1 of sd_notify(3)): it keeps the listening sockets while the service is restarted, also after a
 * crash, and passes them to the next process. Questions that come meanwhile wait in them.
 */
import type { ListenSocket } from '../../plane/sockets/listen-sockets.ts';
import type { ListenFd } from './listen-fds.ts';
import type { Notify } from './systemd.ts';

/** Put those there that systemd doesn't have yet, and take those out that are not used any more. */
export function storeSockets(notify: Notify, sockets: readonly ListenSocket[], passed: readonly ListenFd[]): void {
  const known = new Set(passed.map(({ fd }) => fd));
  const byName = Map.groupBy(sockets, nameOf);
  const used = new Set(sockets.map(({ fd }) => fd));
  const usedNames = new Set([...byName.keys(), ...passed.filter(({ fd }) => used.has(fd)).map(({ name }) => name)]);
  for (const name of new Set(passed.map((socket) => socket.name))) {
    if (name !== '' && !usedNames.has(name)) notify(`FDSTOREREMOVE=1\nFDNAME=${name}`);
  }
  for (const [name, group] of byName) {
    const fresh = group.map(({ fd }) => fd).filter((fd) => !known.has(fd));
    // Sockets have nothing to say to systemd.
    if (fresh.length > 0) notify(`FDSTORE=1\nFDNAME=${name}\nFDPOLL=0`, fresh);
  }
}

/** systemd allows no colon. */
function nameOf({ transport, address }: ListenSocket): string {
  return `${transport}-${address.address.replaceAll(':', '_')}-${address.port}`;
}
