/** A process of the flood scene, pinned to a core, that does one thing after the other for the bench. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export class OrderProcess<Order extends object, Result> {
  private readonly child: ChildProcess;
  private readonly ended: Promise<never>;

  /** `script` is a file beside this one. */
  static async start<Order extends object, Result>(
    script: string,
    core: number,
    niceness: number,
  ): Promise<OrderProcess<Order, Result>> {
    const args = ['-n', `${niceness}`, 'taskset', '-c', `${core}`, process.execPath];
    const child = spawn('nice', [...args, resolve(import.meta.dirname, script)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const started = new OrderProcess<Order, Result>(child, script);
    await started.receive();
    return started;
  }

  private constructor(child: ChildProcess, script: string) {
    this.child = child;
    this.ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${script} ended with ${code}`);
    });
    // Its end is an error only to whoever waits for it.
    this.ended.catch(() => undefined);
  }

  async run(order: Order): Promise<Result> {
    this.child.send(order);
    return (await this.receive()) as Result;
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }

  private async receive(): Promise<unknown> {
    const [message] = (await Promise.race([once(this.child, 'message'), this.ended])) as [unknown];
    return message;
  }
}
