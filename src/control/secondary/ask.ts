/** One question to another server, and its answer: over UDP with repetitions, or over a stream. */
import { createSocket } from 'node:dgram';
import { putU16 } from '../../base/octets.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { TcpFrames } from '../../wire/tcp-frames.ts';
import type { Remote } from '../config/config.ts';
import { openStream } from './remote-stream.ts';
import { socketProblem } from './socket-problem.ts';

export interface Ask<T> {
  readonly message: Uint8Array;
  /** What a message says; `undefined`: it is no answer to this, wait for another. */
  read(message: Uint8Array, start: number, end: number): T | undefined;
}

export const timedOut = 'timed out';

/** Ask over UDP from a port of its own; each of `tries` waits for `timeoutMs`. The error is in BIND's words. */
export async function askDatagram<T>(
  { address, port, source }: Remote,
  ask: Ask<T>,
  tries: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Result<T, string>> {
  const { promise, resolve } = Promise.withResolvers<Result<T, string>>();
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  let triesLeft = tries;
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    if (triesLeft-- === 0) {
      resolve(err(timedOut));
      return;
    }
    timer = setTimeout(send, timeoutMs);
    socket.send(ask.message);
  };
  const stop = (): void => resolve(err('stopped'));
  signal.addEventListener('abort', stop);
  socket.on('error', (error) => resolve(err(socketProblem(error))));
  socket.on('message', (message) => {
    const answer = ask.read(message, 0, message.length);
    if (answer !== undefined) resolve(ok(answer));
  });
  // Connected: answers of others are dropped by the system, and a closed port is an error at once. Not as an argument of `connect`,
  // which would be called for an address without a route, too.
  socket.on('connect', send);
  if (source === undefined) socket.connect(port, address);
  else socket.bind({ address: source }, () => socket.connect(port, address));
  if (signal.aborted) stop();
  const result = await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  socket.close();
  return result;
}

/** Ask over TCP, or TLS where the remote has it. */
export async function askStream<T>(
  remote: Remote,
  ask: Ask<T>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Result<T, string>> {
  const opened = await openStream(remote, timeoutMs, signal);
  if (!opened.ok) return opened;
  const socket = opened.value;
  const { promise, resolve } = Promise.withResolvers<Result<T, string>>();
  const timer = setTimeout(() => resolve(err(timedOut)), timeoutMs);
  const stop = (): void => resolve(err('stopped'));
  signal.addEventListener('abort', stop);
  const frames = new TcpFrames();
  socket.on('data', (chunk) => {
    frames.push(chunk as Uint8Array);
    while (frames.next()) {
      const start = frames.messageOffset;
      const answer = ask.read(frames.octets, start, start + frames.messageOctets);
      if (answer !== undefined) resolve(ok(answer));
    }
  });
  socket.on('error', (error) => resolve(err(socketProblem(error))));
  socket.on('close', () => resolve(err('end of file')));
  socket.write(frame(ask.message));
  if (signal.aborted) stop();
  const result = await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  socket.destroy();
  return result;
}

function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(2 + message.length);
  putU16(framed, 0, message.length);
  framed.set(message, 2);
  return framed;
}
