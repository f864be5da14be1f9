/** Connections to other servers: TCP, or TLS as RFC 9103 wants it for transfers. */

import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { err, ok, type Result } from '../../base/result.ts';
import { dotProtocol } from '../../plane/dot-protocol.ts';
import type { Remote, RemoteTls } from '../config/config.ts';
import { socketProblem } from './socket-problem.ts';

/** Connect within `timeoutMs`, or say why not in BIND's words; gives up at `signal`. The stream has no listeners; an error ends it. */
export async function openStream(
  remote: Remote,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Result<Socket, string>> {
  let socket: Socket;
  try {
    socket = remote.tls === undefined ? connectPlain(remote) : await connectSecure(remote, remote.tls);
  } catch (error) {
    return err(socketProblem(error));
  }
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const timer = setTimeout(() => resolve('timed out'), timeoutMs);
  const stop = (): void => resolve('stopped');
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  socket.once(remote.tls === undefined ? 'connect' : 'secureConnect', () => resolve(undefined));
  // Stays: whatever happens to the stream later, its owner hears of it by 'close' too, and nobody must die of it.
  socket.on('error', (error) => resolve(socketProblem(error)));
  socket.once('close', () => resolve('connection reset'));
  const problem = (await promise) ?? alpnProblem(remote, socket);
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  if (problem === undefined) return ok(socket);
  socket.destroy();
  return err(problem);
}

function connectPlain({ address, port, source }: Remote): Socket {
  return connect({ host: address, port, noDelay: true, ...localOptions(source) });
}

function localOptions(source: string | undefined): { readonly localAddress?: string } {
  return source === undefined ? {} : { localAddress: source };
}

async function connectSecure({ address, port, source }: Remote, tls: RemoteTls): Promise<TLSSocket> {
  // Here, so that nobody without TLS waits for it.
  const { checkServerIdentity, connect: connectTls } = await import('node:tls');
  const { hostname, caFile, mode } = tls;
  return connectTls({
    host: address,
    port,
    ...localOptions(source),
    ALPNProtocols: [dotProtocol],
    // RFC 9103 §7.2.
    minVersion: 'TLSv1.3',
    // RFC 8310: strict is to know who that is; opportunistic only hides what is said from others.
    rejectUnauthorized: mode === 'strict',
    ...identityOptions(hostname, checkServerIdentity),
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
  });
}

/** Whose certificate it must be; without a name the address's. RFC 6066 §3: an address is no name to ask for. */
function identityOptions(
  hostname: string | undefined,
  check: NonNullable<ConnectionOptions['checkServerIdentity']>,
): ConnectionOptions {
  if (hostname === undefined) return {};
  if (isIP(hostname) === 0) return { servername: hostname };
  return { checkServerIdentity: (_, certificate) => check(hostname, certificate) };
}

function alpnProblem({ tls }: Remote, socket: Socket): string | undefined {
  if (tls === undefined || (socket as TLSSocket).alpnProtocol === dotProtocol) return undefined;
  return 'ALPN for DoT failed';
}
