/** The TCP worker: Node's event loop over listening sockets that main has opened. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { keepCompiledAfterMs, keepCompiledCode } from '../base/compiled-code.ts';
import type { WorkerSocket, WorkerStart } from '../plane/messages.ts';
import { TcpConnections } from './tcp-connections.ts';
import { TlsHandshakes } from './tls-handshakes.ts';
import { TransferDesk } from './transfer-desk.ts';
import { TransferJournal } from './transfer-journal.ts';
import { TransferLog } from './transfer-log.ts';
import { TransferPins } from './transfer-pins.ts';
import { type AnswerSource, WorkerContext } from './worker-context.ts';

/** How often limits are looked at while there are connections: they hold to this precision. */
const tickMs = 100;
/** How often the control words are looked at: a stop is a message, too. */
const wordsMs = 1000;
/** At stop: connections and questions that the kernel has taken in already are still served for so long. */
const lastCallMs = 50;
const lastCallTurns = 10;
/** Where another server goes on, a client that asks nothing for so long finds it with its next connection. */
const silentMs = 2000;
/** Then responses may take so long to leave. */
const maxFinishMs = 2000;

/** Serve until told to stop, answer what has been received, and end. Rejects where a socket can't be listened on. */
export async function runTcpWorker(start: WorkerStart, port: MessagePort, source: AnswerSource): Promise<void> {
  const context = new WorkerContext(start, port, source);
  const journal = new TransferJournal(start.journalFolder);
  const pins = new TransferPins(start.arena, start.transferReaders ?? []);
  const transferLog = new TransferLog(context.log, () => context.control.isSecurityLogOn());
  context.transfers = new TransferDesk(pins, journal, transferLog, context.counters);
  const connections = new TcpConnections(context);
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  if (start.tls !== undefined) connections.handshakes = await TlsHandshakes.create(context, connections, start.tls);
  context.takeCredentials = (credentials) => connections.handshakes?.setCredentials(credentials);
  context.lendJournal = (isLent) => {
    if (!isLent) journal.takeBack();
    else void journal.lend().then(() => context.post({ kind: 'journal-lent' }));
  };
  const servers = await Promise.all(start.sockets.map((socket) => listen(socket, connections)));
  context.takeReply = (reply) => connections.sendReply(reply);
  context.listen(stop);
  const words = setInterval(() => {
    if (context.isStopping()) stop();
  }, wordsMs);
  closeLateOnes(connections);
  context.post({ kind: 'ready' });
  setTimeout(keepCompiledCode, keepCompiledAfterMs).unref();
  journal.openEarly();
  await stopped;
  const { graceMs } = context.control;
  // What the kernel has taken in waits in the listening sockets: for us alone, unless another server has them too.
  if (graceMs === 0) await lastCall();
  for (const server of servers) server.close();
  await lastAccepted();
  if (graceMs > 0) await serveOut(connections, graceMs);
  await finish(connections);
  await journal.close();
  clearInterval(words);
  context.unlisten();
  context.post({ kind: 'stopped' });
}

/** No timer runs where nobody is connected: an idle server sleeps. */
function closeLateOnes(connections: TcpConnections): void {
  let timer: NodeJS.Timeout | undefined;
  connections.counted = (open) => {
    if (open > 0) {
      timer ??= setInterval(() => connections.closeLate(), tickMs);
      return;
    }
    clearInterval(timer);
    timer = undefined;
  };
}

async function listen(socket: WorkerSocket, connections: TcpConnections): Promise<Server> {
  // Half-open: a client's FIN after its question says that it has no more to ask, not that it doesn't listen.
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  server.on('connection', (connection) => accept(connection, socket, connections));
  const listening = once(server, 'listening');
  const { fd, address: host, port } = socket;
  if (fd >= 0) server.listen({ fd });
  else server.listen({ host, port, ipv6Only: socket.family === 6, reusePort: true });
  await listening;
  // Accepting failed, for want of descriptors most likely: those who are connected go on, and so does listening.
  server.on('error', () => undefined);
  return server;
}

function accept(connection: Socket, { family, isTls }: WorkerSocket, connections: TcpConnections): void {
  if (isTls !== true) connections.accept(connection, family);
  else if (connections.admit(connection, family)) connections.handshakes?.begin(connection, family);
}

/** Of this turn of the event loop: accepted, and not told of yet. */
async function lastAccepted(): Promise<void> {
  for (let turn = 0; turn < lastCallTurns; turn++) await setImmediate();
}

/** Connections go on until they have been silent for a while, or the time is over; transfers till their end. */
async function serveOut(connections: TcpConnections, graceMs: number): Promise<void> {
  const beganMs = performance.now();
  while (connections.isServing && performance.now() - beganMs < graceMs) {
    await sleep(tickMs);
    // What was silent before may have a question on its way.
    if (performance.now() - beganMs >= silentMs) connections.endSilent(silentMs);
  }
}

/** On a machine so busy that the time is over at once, at least let the event loop look at its sockets: accept, then read. */
async function lastCall(): Promise<void> {
  await sleep(lastCallMs);
  for (let turn = 0; turn < lastCallTurns; turn++) await setImmediate();
}

async function finish(connections: TcpConnections): Promise<void> {
  connections.endAll();
  const deadlineMs = performance.now() + maxFinishMs;
  while (connections.count > 0 && performance.now() < deadlineMs) await sleep(10);
  connections.destroyAll();
}
