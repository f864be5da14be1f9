/** A stream of updates, so many in flight, each of which adds two names and takes away two of long before. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { addText, buildUpdate, removeName } from '../../interop/lib/update-message.ts';

/** How many updates a pair of names lasts: more than are ever in flight. */
export const lifetime = 200;

export class UpdateStream {
  readonly acknowledged = new Set<number>();
  /** RCODEs of those that failed. */
  readonly refused: number[] = [];
  /** The number that comes next; all before it have been sent. */
  next: number;
  private readonly port: number;
  private readonly zone: string;
  private readonly socket: Socket = createSocket('udp4');
  private readonly inFlight = new Map<number, number>();
  private isStopping = false;

  constructor(port: number, zone: string, first: number) {
    this.port = port;
    this.zone = zone;
    this.next = first;
  }

  async start(count: number): Promise<void> {
    this.socket.on('error', () => undefined);
    this.socket.connect(this.port, '127.0.0.1');
    await once(this.socket, 'connect');
    this.socket.on('message', (message) => this.receive(message));
    for (let i = 0; i < count; i++) this.send();
  }

  stop(): void {
    this.isStopping = true;
    this.socket.close();
  }

  private send(): void {
    const number = this.next++;
    const id = number & 0xffff;
    this.inFlight.set(id, number);
    const changes = ['a', 'b'].flatMap((letter) => [
      addText(`${letter}${number}.${this.zone}`, `${number}`),
      removeName(`${letter}${number - lifetime}.${this.zone}`),
    ]);
    this.socket.send(buildUpdate(id, this.zone, changes), () => undefined);
  }

  private receive(message: Buffer): void {
    const number = this.inFlight.get(message.readUInt16BE(0));
    if (number === undefined) return;
    this.inFlight.delete(message.readUInt16BE(0));
    const rcode = (message[3] as number) & 15;
    if (rcode === 0) this.acknowledged.add(number);
    else this.refused.push(rcode);
    if (!this.isStopping) this.send();
  }
}
