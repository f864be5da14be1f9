import type { ListenAddress } from '../../plane/messages.ts';
import { formatListenAddress } from '../../plane/sockets/socket-address.ts';
import type { Config } from '../config/config.ts';
import { mayOpenPort } from './low-ports.ts';

/** The settings in which `after` differs from what the server was started with, and which only a start takes. */
export function restartNeeds(before: Config, after: Config): readonly string[] {
  // The certificate is read again; only its addresses stay.
  const isSameTls = addressesText(before.tls?.listen ?? []) === addressesText(after.tls?.listen ?? []);
  const changes: readonly [string, boolean][] = [
    ['listen', addressesText(before.listen) !== addressesText(after.listen)],
    ['workers', before.workers !== after.workers],
    ['user', before.user !== after.user],
    ['control', before.control !== after.control],
    ['http', httpText(before) !== httpText(after)],
    ['data-dir', before.dataDir !== undefined && before.dataDir !== after.dataDir],
    ['tls.listen', !isSameTls],
    ['the TCP limits', JSON.stringify(before.tcp) !== JSON.stringify(after.tcp)],
  ];
  return changes.filter(([, isChanged]) => isChanged).map(([name]) => name);
}

/**
 * What is to be said where the new addresses have ports that this process may not open any more, nor would one that it starts
 * (`ctl upgrade`); `undefined`: nothing.
 */
export function privilegeNeeds(
  before: Config,
  after: Config,
  mayOpen: (port: number) => boolean = mayOpenPort,
): string | undefined {
  const known = new Set(allAddresses(before).map(formatListenAddress));
  const closed = allAddresses(after).filter(
    (address) => !known.has(formatListenAddress(address)) && !mayOpen(address.port),
  );
  if (closed.length === 0) return undefined;
  const list = closed.map(formatListenAddress).join(', ');
  return (
    `listen: ${list}: ports below 1024 need a restart with privileges, as root with "user:" or with CAP_NET_BIND_SERVICE; ` +
    'this process has given them up, and "ringzone ctl upgrade" does not get them back'
  );
}

function allAddresses({ listen, tls }: Config): readonly ListenAddress[] {
  return [...listen, ...(tls?.listen ?? [])];
}

/** Who may ask is looked up for each connection. */
function httpText({ http }: Config): string {
  return addressesText(http.listen.map(({ address }) => address));
}

function addressesText(addresses: readonly ListenAddress[]): string {
  return addresses.map(formatListenAddress).toSorted().join(' ');
}
