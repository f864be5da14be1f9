/**
 * Numbers and record layouts of the socket calls, from the headers of Linux for 64-bit little-endian machines
 * (x86-64 and arm64 agree; glibc and musl too).
 *
 *     struct mmsghdr (64)   name* 0, namelen u32 8, iov* 16, iovlen u64 24, control* 32, controllen u64 40, flags i32 48,
 *                           msg_len u32 56
 *     struct iovec (16)     base* 0, len u64 8
 *     struct cmsghdr        len u64 0, level i32 8, type i32 12, data 16
 *     struct in_pktinfo     ifindex i32 0, spec_dst 4, addr 8                           (12 octets)
 *     struct in6_pktinfo    addr 0, ifindex u32 16                                      (20 octets)
 *     struct sockaddr_in    family u16 0, port (network order) 2, addr 4                (16 octets)
 *     struct sockaddr_in6   family u16 0, port 2, flowinfo 4, addr 8, scope_id u32 24   (28 octets)
 *     struct pollfd (8)     fd i32 0, events i16 4, revents i16 6
 */
export const messageHeaderOctets = 64;
export const vectorOctets = 16;
export const pollfdOctets = 8;
export const controlHeaderOctets = 16;
export const socketAddressOctets = 28;
export const socketAddress4Octets = 16;
export const socketAddress6Octets = 28;
export const pktinfo4Octets = 12;
export const pktinfo6Octets = 20;

export const Domain = { unix: 1, inet: 2, inet6: 10 } as const;
export const SocketType = { stream: 1, datagram: 2, closeOnExec: 0x80000, nonBlocking: 0x800 } as const;
export const Level = { socket: 1, ip: 0, ipv6: 41 } as const;
export const SocketOption = {
  reuseAddress: 2,
  sendBuffer: 7,
  receiveBuffer: 8,
  reusePort: 15,
  peerCredentials: 17,
  receiveTimeout: 20,
  isListening: 30,
  receiveBufferForced: 33,
  protocol: 38,
  domain: 39,
  type: 3,
  priority: 12,
  memoryInfo: 55,
  attachReusePortFilter: 51,
  detachReusePortFilter: 68,
} as const;
export const IpOption = { packetInfo: 8, mtuDiscover: 10 } as const;
export const Ipv6Option = { mtuDiscover: 23, v6Only: 26, receivePacketInfo: 49, packetInfo: 50 } as const;
/** IP_PMTUDISC_OMIT: no "don't fragment", and no believing of forged path-MTU messages (as BIND and NSD set it). */
export const pathMtuOmit = 5;
export const MessageFlag = {
  controlCut: 0x08,
  truncated: 0x20,
  dontWait: 0x40,
  noSignal: 0x4000,
  waitForOne: 0x10000,
  closeOnExec: 0x40000000,
} as const;
/** What SO_MEMINFO tells: nine words of 32 bits. */
export const socketMemoryInfoOctets = 36;
/** SCM_RIGHTS: the control data of a message are descriptors. */
export const descriptorRights = 1;
export const Protocol = { tcp: 6, udp: 17 } as const;
/** Commands of fcntl(2) and their flags. */
export const FileControl = { setDescriptorFlags: 2, getFlags: 3, setFlags: 4 } as const;
export const closeOnExecFlag = 1;
export const pollIn = 1;

/** Error numbers that the code tells apart; the same on x86-64 and arm64. */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EBADF: 9,
  EAGAIN: 11,
  EACCES: 13,
  EFAULT: 14,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOTSOCK: 88,
  EAFNOSUPPORT: 97,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ECONNREFUSED: 111,
} as const;
