/** Trying listen addresses with Node's own sockets, where libc can't be called. Finds the port where 0 was asked for. */
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer } from 'node:net';
import { err, ok, type Result } from '../../base/result.ts';
import type { ListenAddress } from '../messages.ts';
import { type ListenError, listenError } from './listen-error.ts';

/**
 * Bind each transport for a moment. With `takeover` the sockets may stand beside others. The workers bind later, so an address
 * may be lost in between; and after privileges are dropped a port below 1024 can't be bound at all.
 */
export async function probeWithNode(
  address: ListenAddress,
  takeover: boolean,
  transports: readonly ('udp' | 'tcp')[],
): Promise<Result<ListenAddress, readonly ListenError[]>> {
  const udp = transports.includes('udp') ? await probeUdp(address, takeover) : ok(address.port);
  const bound = udp.ok ? { ...address, port: udp.value } : address;
  const tcp = await probeTcp(bound, takeover);
  const errors = [udp, tcp].flatMap((result) => (result.ok ? [] : [result.error]));
  return errors.length > 0 || !tcp.ok ? err(errors) : ok({ ...bound, port: tcp.value });
}

function probeUdp(address: ListenAddress, reusePort: boolean): Promise<Result<number, ListenError>> {
  const { promise, resolve } = Promise.withResolvers<Result<number, ListenError>>();
  const socket = createSocket({
    type: address.family === 4 ? 'udp4' : 'udp6',
    ipv6Only: address.family === 6,
    reusePort,
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    socket.close();
    resolve(err(listenError(address, 'udp', error.code ?? 'unknown', error.message)));
  });
  socket.bind({ address: address.address, port: address.port }, () => {
    const { port } = socket.address();
    socket.close(() => resolve(ok(port)));
  });
  return promise;
}

function probeTcp(address: ListenAddress, reusePort: boolean): Promise<Result<number, ListenError>> {
  const { promise, resolve } = Promise.withResolvers<Result<number, ListenError>>();
  const server = createServer();
  server.on('error', (error: NodeJS.ErrnoException) => {
    resolve(err(listenError(address, 'tcp', error.code ?? 'unknown', error.message)));
  });
  const { address: host, port } = address;
  server.listen({ host, port, ipv6Only: address.family === 6, reusePort }, () => {
    const bound = (server.address() as AddressInfo).port;
    server.close(() => resolve(ok(bound)));
  });
  return promise;
}
