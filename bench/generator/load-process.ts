/** The load generator as a process of its own, pinned to the core that the servers leave free. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LoadOrder, LoadResult } from './load-messages.ts';

export class LoadProcess {
  private readonly child: ChildProcess;
  private readonly ended: Promise<never>;

  /** `questions` are packed (question-file.ts). */
  static async start(questions: Uint8Array, folder: string, core: number): Promise<LoadProcess> {
    const file = join(folder, 'questions');
    writeFileSync(file, questions);
    const script = resolve(import.meta.dirname, '../send.ts');
    const child = spawn('taskset', ['-c', `${core}`, process.execPath, script, file], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const load = new LoadProcess(child);
    await load.receive();
    return load;
  }

  private constructor(child: ChildProcess) {
    this.child = child;
    this.ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the load generator ended with ${code}`);
    });
    // Its end is an error only to whoever waits for it.
    this.ended.catch(() => undefined);
  }

  async run(order: LoadOrder): Promise<LoadResult> {
    this.child.send(order);
    return (await this.receive()) as LoadResult;
  }

  stop(): void {
    this.child.disconnect();
  }

  private async receive(): Promise<unknown> {
    const [message] = (await Promise.race([once(this.child, 'message'), this.ended])) as [unknown];
    return message;
  }
}
