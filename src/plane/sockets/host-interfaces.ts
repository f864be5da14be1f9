import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** As `os.networkInterfaces` gives it. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Stands for those of a host that doesn't tell them: nothing is known, which is not the same as that there are none. */
export const unknownInterfaces: Interfaces = {};

/** For who needs to know them. */
export const interfacesHint =
  'list the addresses; or give the service AF_NETLINK (RestrictAddressFamilies= of its unit)';

/**
 * The interfaces of this host. Linux tells them over netlink, which the sandbox of a service may deny (systemd's RestrictAddressFamilies=
 * without AF_NETLINK): then `unknownInterfaces`.
 */
export function hostInterfaces(read: () => Interfaces = networkInterfaces): Interfaces {
  try {
    return read();
  } catch {
    return unknownInterfaces;
  }
}
