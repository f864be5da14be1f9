/** The two servers, over UDP and TCP. */
import type { ListenAddress } from '../../plane/messages.ts';
import { formatListenAddress } from '../../plane/sockets/socket-address.ts';
import type { Asker } from './ask/asker.ts';
import { TcpAsker } from './ask/tcp-asker.ts';
import { UdpAsker } from './ask/udp-asker.ts';
import type { AskedWay } from './questions/question.ts';

export interface ServerPair {
  readonly first: AskedServer;
  readonly second: AskedServer;
}

export class AskedServer {
  readonly address: ListenAddress;
  /** As the operator calls it: `127.0.0.1:53`. */
  readonly text: string;
  /** The option that names it. */
  readonly option: string;
  private readonly udp: UdpAsker;
  private readonly tcp: Asker;

  constructor(option: string, address: ListenAddress) {
    this.option = option;
    this.address = address;
    this.text = formatListenAddress(address);
    this.udp = new UdpAsker(address);
    this.tcp = new TcpAsker(address);
  }

  ask(message: Buffer, { overTcp }: Pick<AskedWay, 'overTcp'>): Promise<Buffer | undefined> {
    return (overTcp ? this.tcp : this.udp).ask(message);
  }

  /** It drops on purpose: ask again once, and soon, over UDP. */
  hurry(): void {
    this.udp.waitsMs = [500, 500];
  }

  /** Over both transports. */
  get retried(): number {
    return this.udp.counts.retried + this.tcp.counts.retried;
  }

  get answeredOverUdp(): number {
    return this.udp.counts.answered;
  }

  get lostOverUdp(): number {
    return this.udp.counts.retried + this.udp.counts.unanswered;
  }

  /** Why it can't be asked, in words; `undefined` while it can. */
  get problem(): string | undefined {
    if (this.udp.problem !== undefined) return `over UDP: ${this.udp.problem}`;
    return this.tcp.problem === undefined ? undefined : `over TCP: ${this.tcp.problem}`;
  }

  close(): void {
    this.udp.close();
    this.tcp.close();
  }
}
