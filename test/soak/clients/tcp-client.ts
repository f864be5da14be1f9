/** Questions over one TCP connection, several at a time; it is opened anew when it has ended. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageFrames } from './message-frames.ts';
import type { Exchange } from './udp-client.ts';

/** Before a question is asked again. */
const pauseMs = 100;

export class TcpClient {
  private readonly port: number;
  private readonly address: string;
  private socket: Socket | undefined;
  private readonly waiting = new Map<number, (response: Uint8Array | undefined) => void>();
  private lastId = 0;

  constructor(port: number, address = '127.0.0.1') {
    this.port = port;
    this.address = address;
  }

  /** How often a question was asked again. */
  repeated = 0;

  /**
   * The first two octets of `message` are overwritten by an id. A connection that ends leaves its questions without a response: they
   * are asked again over another one while there is time (RFC 7766 §6.2.4).
   */
  async ask(message: Uint8Array, timeoutMs: number): Promise<Exchange> {
    const sentMs = performance.now();
    for (;;) {
      const response = await this.askOnce(message, Math.max(1, sentMs + timeoutMs - performance.now()));
      const receivedMs = performance.now();
      if (response !== undefined || receivedMs - sentMs >= timeoutMs - pauseMs) return { sentMs, receivedMs, response };
      this.repeated++;
      await sleep(pauseMs);
    }
  }

  private askOnce(message: Uint8Array, timeoutMs: number): Promise<Uint8Array | undefined> {
    this.lastId = (this.lastId + 1) & 0xffff;
    const id = this.lastId;
    message[0] = id >>> 8;
    message[1] = id & 255;
    return new Promise((resolve) => {
      const finish = (response: Uint8Array | undefined): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(response);
      };
      const timer = setTimeout(() => finish(undefined), timeoutMs);
      this.waiting.set(id, finish);
      this.connected().write(Buffer.concat([Buffer.of(message.length >>> 8, message.length & 255), message]));
    });
  }

  /** End the connection; the next question opens one. */
  close(): void {
    this.socket?.destroy();
  }

  /** The same, unless somebody waits for an answer on it. */
  closeIdle(): void {
    if (this.waiting.size === 0) this.close();
  }

  private connected(): Socket {
    if (this.socket !== undefined) return this.socket;
    const socket = connect({ port: this.port, host: this.address, noDelay: true });
    const frames = new MessageFrames();
    socket.on('data', (chunk) => {
      for (const message of frames.add(chunk)) this.waiting.get(message.readUInt16BE(0))?.(message);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.socket === socket) this.socket = undefined;
      for (const finish of [...this.waiting.values()]) finish(undefined);
    });
    this.socket = socket;
    return socket;
  }
}
