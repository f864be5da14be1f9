/** A process that reads transfers or asks beside them, pinned to the core that the servers leave free. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { ProbeResult, TransferOrder, TransferResult } from './transfer-messages.ts';

export class TransferProcess {
  private readonly child: ChildProcess;
  private readonly ended: Promise<never>;

  static async start(core: number): Promise<TransferProcess> {
    const script = resolve(import.meta.dirname, '../transfer.ts');
    const child = spawn('taskset', ['-c', `${core}`, process.execPath, script], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const started = new TransferProcess(child);
    await started.receive();
    return started;
  }

  private constructor(child: ChildProcess) {
    this.child = child;
    this.ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the reader of transfers ended with ${code}`);
    });
    // Its end is an error only to whoever waits for it.
    this.ended.catch(() => undefined);
  }

  async transfer(order: Omit<Extract<TransferOrder, { kind: 'transfer' }>, 'kind'>): Promise<TransferResult> {
    return (await this.order({ kind: 'transfer', ...order })) as TransferResult;
  }

  async probe(order: Omit<Extract<TransferOrder, { kind: 'probe' }>, 'kind'>): Promise<ProbeResult> {
    return (await this.order({ kind: 'probe', ...order })) as ProbeResult;
  }

  stop(): void {
    this.child.disconnect();
  }

  private async order(order: TransferOrder): Promise<unknown> {
    this.child.send(order);
    return await this.receive();
  }

  private async receive(): Promise<unknown> {
    const [message] = (await Promise.race([once(this.child, 'message'), this.ended])) as [unknown];
    return message;
  }
}
