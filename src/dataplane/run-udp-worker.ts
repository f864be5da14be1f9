/** The UDP worker, whichever backend it has and whoever answers. */
import type { MessagePort } from 'node:worker_threads';
import type { WorkerStart } from '../plane/messages.ts';
import { serveBatches } from './batch-udp.ts';
import { serveDatagrams } from './dgram-udp.ts';
import { type AnswerSource, WorkerContext } from './worker-context.ts';

/** Serve until told to stop. An error that concerns more than one question ends the thread by its rejection: main replaces it. */
export async function runUdpWorker(start: WorkerStart, port: MessagePort, source: AnswerSource): Promise<void> {
  const context = new WorkerContext(start, port, source);
  if (start.udpBackend === 'batch') serveBatches(context);
  else await serveDatagrams(context);
  context.post({ kind: 'stopped' });
}
