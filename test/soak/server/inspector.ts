/**
 * Reaches into a server's threads from outside, through Node's inspector: to stop the main thread or end a worker as a bug would, and
 * to look at heaps. The product has no door for this; a server that is started with `inspectable` has Node's.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const evaluateTimeoutMs = 30_000;

/**
 * For the environment of a server: servers that run at the same time open their inspectors on ports of their own. Beside it what the
 * systemd unit and the image give Node.
 */
export const inspectable = { NODE_OPTIONS: '--max-semi-space-size=8 --inspect=127.0.0.1:0' };

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly sessionId: string;
    readonly message?: string;
    readonly workerInfo?: { readonly title: string };
  };
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

export class Inspector {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  /** The names of threads. */
  private readonly sessions = new Map<string, string>();
  private lastId = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => this.take(JSON.parse(String(data)) as Reply));
  }

  /** `stderr`: what the server has written so far, in which Node says where it listens. */
  static async open(stderr: string): Promise<Inspector> {
    const url = /Debugger listening on (ws:\S+)/.exec(stderr)?.[1];
    if (url === undefined) throw new Error('the server has no inspector');
    const socket = new WebSocket(url);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`no inspector at ${url}`)), { once: true });
    await promise;
    return new Inspector(socket);
  }

  /** Have the main thread do nothing but wait for so long. Resolves when it goes on. */
  async stallMain(ms: number): Promise<void> {
    const wait = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`;
    await this.call('Runtime.evaluate', { expression: wait }, ms + evaluateTimeoutMs);
  }

  /** Have each thread collect its garbage; then what each holds, in octets, by its name. */
  async measureHeaps(): Promise<Readonly<Record<string, number>>> {
    const folder = mkdtempSync(join(tmpdir(), 'ringzone-heaps-'));
    try {
      const held: Record<string, number> = {};
      for (const name of ['main', ...(await this.threadNames())])
        held[name] = await this.measureHeap(name, join(folder, name));
      return held;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Have the thread of this name end without a word, in the midst of its work: `udp-1`, `loader`. */
  async endThread(name: string): Promise<void> {
    await this.threadNames();
    await this.tellThread(name, 'Runtime.evaluate', { expression: 'process.exit(3)' });
  }

  /** UDP workers, which block in their socket, do as they are told and don't answer: each thread writes it into a file. */
  private async measureHeap(name: string, path: string): Promise<number> {
    const expression = `{
      const { heapUsed, external } = process.memoryUsage();
      const { renameSync, writeFileSync } = process.getBuiltinModule('fs');
      writeFileSync('${path}.new', String(heapUsed + external));
      renameSync('${path}.new', '${path}');
    }`;
    if (name === 'main') {
      await this.call('HeapProfiler.collectGarbage', {});
      await this.call('Runtime.evaluate', { expression });
    } else {
      await this.tellThread(name, 'HeapProfiler.collectGarbage', {});
      await this.tellThread(name, 'Runtime.evaluate', { expression });
    }
    return Number(await readWhenThere(path));
  }

  private async threadNames(): Promise<readonly string[]> {
    await this.call('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return [...new Set(this.sessions.values())].sort();
  }

  close(): void {
    this.socket.close();
  }

  private call(method: string, params: object, timeoutMs = evaluateTimeoutMs): Promise<Reply> {
    const id = ++this.lastId;
    const replied = this.reply(id, method, timeoutMs);
    this.socket.send(JSON.stringify({ id, method, params }));
    return replied;
  }

  /** There is no reply. */
  private async tellThread(name: string, method: string, params: object): Promise<void> {
    const id = ++this.lastId;
    // The end of the one before may not have been told yet.
    const sessionId = [...this.sessions].findLast(([, known]) => known === name)?.[0];
    if (sessionId === undefined) throw new Error(`no thread ${name} among ${[...this.sessions.values()].join(', ')}`);
    await this.call('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method, params }) });
  }

  private reply(id: number, what: string, timeoutMs: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`inspector: no reply to ${what}`)), timeoutMs);
      this.waiting.set(id, (reply) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(reply);
      });
    });
  }

  private take(reply: Reply): void {
    const { id, method, params } = reply;
    if (id !== undefined) this.waiting.get(id)?.(reply);
    if (params === undefined) return;
    // `[worker 3] tcp-1`
    if (method === 'NodeWorker.attachedToWorker')
      this.sessions.set(params.sessionId, params.workerInfo?.title.split(' ').at(-1) ?? '');
    else if (method === 'NodeWorker.detachedFromWorker') this.sessions.delete(params.sessionId);
    else if (method === 'NodeWorker.receivedMessageFromWorker') this.take(JSON.parse(params.message ?? '{}') as Reply);
  }
}

async function readWhenThere(path: string): Promise<string> {
  for (const endMs = performance.now() + evaluateTimeoutMs; performance.now() < endMs; await sleep(20)) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // Not yet.
    }
  }
  throw new Error(`inspector: nobody writes ${path}`);
}
