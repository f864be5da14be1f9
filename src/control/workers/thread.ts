import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type ThreadName, threadEntry } from '../../plane/thread-entry.ts';

export interface ThreadListener {
  message(message: unknown): void;
  error(error: Error): void;
  exit(): void;
}

/** A thread that has not ended by then hangs. */
const dismissMs = 5000;

/** A thread that may run before somebody listens to it: what it says till then is kept. */
export class Thread {
  private readonly worker: Worker;
  private listener: ThreadListener | undefined;
  private readonly kept: ((listener: ThreadListener) => void)[] = [];

  constructor(kind: ThreadName, name: string) {
    this.worker = new Worker(threadEntry(kind), { name });
    this.worker.on('message', (message: unknown) => this.tell((listener) => listener.message(message)));
    this.worker.on('error', (error: Error) => this.tell((listener) => listener.error(error)));
    this.worker.on('exit', () => this.tell((listener) => listener.exit()));
  }

  /** Hear what it has said and will say. */
  listen(listener: ThreadListener): void {
    this.listener = listener;
    for (const tell of this.kept.splice(0)) tell(listener);
  }

  /** `transferred` are given away with it. */
  post(message: unknown, transferred: readonly ArrayBuffer[] = []): void {
    this.worker.postMessage(message, transferred);
  }

  /**
   * End a thread that has got no message yet. It is asked to, and resolves when it has: one that is terminated while it loads
   * koffi takes the whole process with it (an exception that napi can't throw).
   */
  async dismiss(): Promise<void> {
    const exited = once(this.worker, 'exit');
    exited.catch(() => undefined);
    if (this.worker.threadId === -1) return;
    this.post({ kind: 'stop' });
    const patience = setTimeout(() => void this.worker.terminate(), dismissMs);
    await exited.catch(() => undefined);
    clearTimeout(patience);
  }

  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  private tell(tell: (listener: ThreadListener) => void): void {
    if (this.listener === undefined) this.kept.push(tell);
    else tell(this.listener);
  }
}
