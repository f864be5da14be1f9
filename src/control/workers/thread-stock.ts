import type { ThreadName } from '../../plane/thread-entry.ts';
import { Thread } from './thread.ts';

/**
 * Threads started ahead of their use: a thread takes longer to begin than a small zone to load, so all begin while main
 * still reads its configuration. They wait for their first message, and open nothing before it.
 */
export class ThreadStock {
  private readonly threads = new Map<string, Thread>();

  /** Unless there is one under this name. */
  start(kind: ThreadName, name: string): void {
    if (!this.threads.has(name)) this.threads.set(name, new Thread(kind, name));
  }

  /** The one started under this name, once; else a new one. */
  take(kind: ThreadName, name: string): Thread {
    const thread = this.threads.get(name) ?? new Thread(kind, name);
    this.threads.delete(name);
    return thread;
  }

  /** End those that nobody has taken. */
  async dismiss(): Promise<void> {
    await Promise.all([...this.threads.values()].map((thread) => thread.dismiss()));
    this.threads.clear();
  }
}
