/** SIP servers that answer OPTIONS, or don't, on a thread of their own: a busy client must not make them late. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export class SipTargets {
  readonly ports: readonly number[];
  private readonly worker: Worker;

  private constructor(worker: Worker, ports: readonly number[]) {
    this.worker = worker;
    this.ports = ports;
  }

  static async start(count: number): Promise<SipTargets> {
    const worker = new Worker(new URL(import.meta.url), { workerData: { count } });
    const [ports] = (await once(worker, 'message')) as [readonly number[]];
    return new SipTargets(worker, ports);
  }

  /** From now on it answers, or is silent. */
  set(index: number, isUp: boolean): void {
    this.worker.postMessage({ index, isUp });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

async function serve(count: number): Promise<void> {
  const up = new Array<boolean>(count).fill(true);
  const ports = await Promise.all(up.map((_, index) => open(() => up[index] === true)));
  parentPort?.on('message', ({ index, isUp }: { index: number; isUp: boolean }) => {
    up[index] = isUp;
  });
  parentPort?.postMessage(ports);
}

async function open(isUp: () => boolean): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (request, from) => {
    if (isUp()) socket.send(replyTo(request.toString('latin1')), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

/** RFC 3261 §8.2.6: these of the request go back as they came, in their order. */
function replyTo(request: string): string {
  const kept = request.split('\r\n').filter((line) => /^(via|from|to|call-id|cseq|v|f|t|i):/i.test(line));
  const tagged = kept.map((line) => (/^(to|t):/i.test(line) ? `${line};tag=soak` : line));
  return ['SIP/2.0 200 OK', ...tagged, 'Content-Length: 0', '', ''].join('\r\n');
}

if (!isMainThread && (workerData as { count?: number } | null)?.count !== undefined)
  await serve((workerData as { count: number }).count);
