/** Sockets that systemd has opened or kept for us (sd_listen_fds(3)): descriptors from 3 on, told of in the environment. */

export interface ListenFd {
  readonly fd: number;
  /** `FileDescriptorName=`, or FDNAME of the store. */
  readonly name: string;
}

/** systemd gives no more than the limit of descriptors, which may be a million; this is more than anybody's addresses and workers. */
const maxDescriptors = 4096;
const firstDescriptor = 3;

/** Those that are meant for this process. The environment is cleaned: programs that we start have none of them. */
export function takeListenFds(environment: NodeJS.ProcessEnv, pid: number = process.pid): readonly ListenFd[] {
  const { LISTEN_PID, LISTEN_FDS = '', LISTEN_FDNAMES = '' } = environment;
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete environment[name];
  if (LISTEN_PID !== String(pid) || !/^\d{1,4}$/.test(LISTEN_FDS)) return [];
  const names = LISTEN_FDNAMES.split(':');
  const count = Math.min(Number(LISTEN_FDS), maxDescriptors);
  return Array.from({ length: count }, (_, i) => ({ fd: firstDescriptor + i, name: names[i] ?? '' }));
}
