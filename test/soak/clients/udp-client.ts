/** Questions over UDP from one socket, each with the time that it may take. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface Exchange {
  readonly sentMs: number;
  readonly receivedMs: number;
  /** `undefined`: none came. */
  readonly response: Uint8Array | undefined;
}

export class UdpClient {
  private readonly socket: Socket;
  private readonly waiting = new Map<number, (response: Uint8Array) => void>();
  private lastId = Math.floor(Math.random() * 65_536);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (response) => {
      if (response.length >= 2) this.waiting.get(response.readUInt16BE(0))?.(response);
    });
    // A refused datagram stays without a response, and that is what is counted.
    socket.on('error', () => undefined);
  }

  static async open(port: number, address = '127.0.0.1'): Promise<UdpClient> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.connect(port, address);
    await once(socket, 'connect');
    return new UdpClient(socket);
  }

  /** Of the socket itself. */
  get port(): number {
    return this.socket.address().port;
  }

  /** The first two octets of `message` are overwritten by an id. */
  ask(message: Uint8Array, timeoutMs: number): Promise<Exchange> {
    const id = this.nextId();
    message[0] = id >>> 8;
    message[1] = id & 255;
    const sentMs = performance.now();
    return new Promise((resolve) => {
      const finish = (response: Uint8Array | undefined): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve({ sentMs, receivedMs: performance.now(), response });
      };
      const timer = setTimeout(() => finish(undefined), timeoutMs);
      this.waiting.set(id, finish);
      this.socket.send(message, () => undefined);
    });
  }

  /** Octets that are no question: nobody waits for what comes of them. */
  throwAt(octets: Uint8Array): void {
    this.socket.send(octets, () => undefined);
  }

  close(): void {
    this.socket.close();
  }

  private nextId(): number {
    do this.lastId = (this.lastId + 1) & 0xffff;
    while (this.waiting.has(this.lastId));
    return this.lastId;
  }
}
