/** Stands before a server and changes, delays or drops what it answers: differences made to order. */
import { createSocket, type Socket } from 'node:dgram';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { TcpFrames } from '../../../src/wire/tcp-frames.ts';

/** The message that is sent in place of `response`; none drops it. It may be changed in place. */
export type Tamper = (response: Buffer, request: Buffer, overTcp: boolean) => Buffer | undefined;

export class TamperingServer {
  port = 0;
  tamper: Tamper = (response) => response;
  private readonly target: number;
  private readonly udp: Socket = createSocket('udp4');
  private readonly tcp: Server;
  private readonly sockets = new Set<Socket>();

  constructor(target: number) {
    this.target = target;
    this.tcp = createServer((client) => {
      const upstream = connect(this.target, '127.0.0.1');
      const requests = new Map<number, Buffer>();
      forEachMessage(client, (request) => {
        requests.set(request.readUInt16BE(0), request);
        upstream.write(framed(request));
      });
      forEachMessage(upstream, (response) => {
        const request = requests.get(response.readUInt16BE(0)) ?? Buffer.alloc(12);
        const sent = this.tamper(response, request, true);
        if (sent !== undefined) client.write(framed(sent));
      });
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        one.on('error', () => undefined);
        one.on('close', () => other.destroy());
      }
    });
    this.udp.on('message', (request, from) => {
      const upstream = createSocket('udp4');
      this.sockets.add(upstream);
      upstream.on('message', (response) => {
        this.sockets.delete(upstream);
        upstream.close();
        const sent = this.tamper(response, request, false);
        if (sent !== undefined && this.port !== 0) this.udp.send(sent, from.port, from.address);
      });
      upstream.send(request, this.target, '127.0.0.1');
    });
  }

  /** One port for both transports. */
  async start(): Promise<this> {
    for (let attempt = 1; ; attempt++) {
      await new Promise<void>((resolve) => this.tcp.listen(0, '127.0.0.1', resolve));
      const { port } = this.tcp.address() as AddressInfo;
      const isBound = await new Promise<boolean>((resolve) => {
        this.udp.once('error', () => resolve(false));
        this.udp.bind(port, '127.0.0.1', () => resolve(true));
      });
      if (isBound) {
        this.port = port;
        return this;
      }
      if (attempt === 5) throw new Error('no port for UDP and TCP');
      await new Promise((resolve) => this.tcp.close(resolve));
    }
  }

  stop(): void {
    this.port = 0;
    this.tcp.close();
    this.udp.close();
    for (const socket of this.sockets) socket.close();
  }
}

function forEachMessage(stream: NodeJS.ReadableStream, take: (message: Buffer) => void): void {
  const frames = new TcpFrames();
  stream.on('data', (chunk) => {
    frames.push(chunk as Buffer);
    while (frames.next()) {
      const { octets, messageOffset, messageOctets } = frames;
      take(Buffer.from(octets.slice(messageOffset, messageOffset + messageOctets)));
    }
  });
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
