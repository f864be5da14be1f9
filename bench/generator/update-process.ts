/** A process that sends updates, pinned to the core that the servers leave free. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { UpdateLoadResult, UpdateOrder } from './update-messages.ts';

export class UpdateProcess {
  private readonly child: ChildProcess;
  private readonly ended: Promise<never>;

  static async start(core: number): Promise<UpdateProcess> {
    const script = resolve(import.meta.dirname, '../update.ts');
    const child = spawn('taskset', ['-c', `${core}`, process.execPath, script], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const started = new UpdateProcess(child);
    await started.receive();
    return started;
  }

  private constructor(child: ChildProcess) {
    this.child = child;
    this.ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the sender of updates ended with ${code}`);
    });
    // Its end is an error only to whoever waits for it.
    this.ended.catch(() => undefined);
  }

  async run(order: UpdateOrder): Promise<UpdateLoadResult> {
    this.child.send(order);
    return (await this.receive()) as UpdateLoadResult;
  }

  stop(): void {
    this.child.disconnect();
  }

  private async receive(): Promise<unknown> {
    const [message] = (await Promise.race([once(this.child, 'message'), this.ended])) as [unknown];
    return message;
  }
}
