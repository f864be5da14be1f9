/** A collector of dnstap, as fstrm's specification has it: shares no code with the server. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

const content = Buffer.from('protobuf:dnstap.Dnstap');

function control(type: number, contents: readonly Buffer[] = []): Buffer {
  const fields = contents.map((value) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(1, 0);
    head.writeUInt32BE(value.length, 4);
    return Buffer.concat([head, value]);
  });
  const body = Buffer.concat(fields);
  const head = Buffer.alloc(12);
  head.writeUInt32BE(4 + body.length, 4);
  head.writeUInt32BE(type, 8);
  return Buffer.concat([head, body]);
}

export interface CollectorOptions {
  /** What it says it takes. */
  readonly accepts?: readonly Buffer[];
  /** It does not answer READY. */
  readonly isSilent?: boolean;
  /** It reads nothing behind READY. */
  readonly isStuck?: boolean;
  /** It does not answer STOP. */
  readonly neverFinishes?: boolean;
}

export class Collector {
  /** Types of the control frames of all connections, in order. */
  readonly controls: number[] = [];
  /** Data frames of all connections, in order. */
  readonly frames: Buffer[] = [];
  connections = 0;
  private readonly server: Server;
  private readonly options: CollectorOptions;
  private sockets: Socket[] = [];

  private constructor(options: CollectorOptions) {
    this.options = options;
    this.server = createServer((socket) => this.serve(socket));
  }

  static async listen(path: string, options: CollectorOptions = {}): Promise<Collector> {
    const collector = new Collector(options);
    collector.server.listen(path);
    await once(collector.server, 'listening');
    return collector;
  }

  /** Go away, without a word to who is connected. */
  async close(): Promise<void> {
    for (const socket of this.sockets.splice(0)) socket.destroy();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private serve(socket: Socket): void {
    this.connections++;
    this.sockets.push(socket);
    socket.on('error', () => undefined);
    let octets = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      octets = Buffer.concat([octets, chunk]);
      for (;;) {
        if (octets.length < 8) return;
        const isControl = octets.readUInt32BE(0) === 0;
        const head = isControl ? 8 : 4;
        const length = octets.readUInt32BE(head - 4);
        if (octets.length < head + length) return;
        const frame = octets.subarray(head, head + length);
        octets = octets.subarray(head + length);
        if (isControl) this.answer(socket, frame.readUInt32BE(0));
        else this.frames.push(Buffer.from(frame));
      }
    });
  }

  private answer(socket: Socket, type: number): void {
    const { accepts = [content], isSilent, isStuck, neverFinishes } = this.options;
    this.controls.push(type);
    if (type === 4 && isSilent !== true) socket.write(control(1, accepts));
    if (type === 4 && isStuck === true) socket.pause();
    if (type === 3 && neverFinishes !== true) socket.end(control(5));
  }
}
