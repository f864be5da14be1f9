/** A made-up DNS server on 127.0.0.1: a primary whose answers are written down, good and bad ones, and a secondary that takes NOTIFY. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { isSigned, signReply } from './tsig.ts';
import { address, ns, type Record, record, soa, u16 } from './wire.ts';

/** What it says of a zone. The script changes it as the scene goes on. */
export interface PeerZone {
  /** Of the SOA that a question for it gets; an RCODE instead, or silence. */
  soa: { readonly serial: number; readonly expire?: number } | { readonly rcode: number } | 'silence';
  /** Messages of a transfer, each its records; an RCODE instead; `end` closes the connection behind what has been sent. */
  axfr: readonly Step[];
  ixfr?: readonly Step[];
  /** RCODE for NOTIFY. */
  notify?: number;
}

export type Step = readonly Record[] | { readonly rcode: number } | { readonly octets: readonly number[] } | 'end';

const typeSoa = 6;
const typeIxfr = 251;
const typeAxfr = 252;
const opcodeNotify = 4;

export class ScriptedPeer {
  readonly zones = new Map<string, PeerZone>();
  private readonly udp: UdpSocket;
  private readonly tcp: Server;
  private readonly sockets = new Set<Socket>();
  readonly port: number;

  private constructor(udp: UdpSocket, tcp: Server, port: number) {
    this.udp = udp;
    this.tcp = tcp;
    this.port = port;
    udp.on('message', (message, from) => {
      const reply = this.answerDatagram(message);
      if (reply !== undefined) udp.send(reply, from.port, from.address);
    });
    udp.on('error', () => undefined);
    tcp.on('connection', (socket) => this.serve(socket));
  }

  static async start(): Promise<ScriptedPeer> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const tcp = createServer();
      tcp.listen(0, '127.0.0.1');
      await once(tcp, 'listening');
      const bound = tcp.address();
      const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
      const udp = createSocket('udp4');
      const isBound = await new Promise<boolean>((resolve) => {
        udp.once('error', () => resolve(false));
        udp.bind(port, '127.0.0.1', () => resolve(true));
      });
      if (isBound) return new ScriptedPeer(udp, tcp, port);
      udp.close();
      tcp.close();
    }
    throw new Error('no port that is free for UDP and TCP');
  }

  stop(): void {
    this.udp.close();
    this.tcp.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private answerDatagram(message: Buffer): Buffer | undefined {
    const question = readQuestion(message);
    const zone = this.zones.get(question.name);
    if (question.opcode === opcodeNotify) return reply(question, [], zone?.notify ?? 0);
    if (zone === undefined) return reply(question, [], 5);
    if (question.type !== typeSoa || zone.soa === 'silence') return undefined;
    if ('rcode' in zone.soa) return reply(question, [], zone.soa.rcode);
    const { serial, expire } = zone.soa;
    return reply(question, [soa(question.name, serial, expire)], 0);
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        this.answerStream(socket, received.subarray(2, end));
        received = received.subarray(end);
      }
    });
  }

  private answerStream(socket: Socket, message: Buffer): void {
    const question = readQuestion(message);
    const zone = this.zones.get(question.name);
    if (question.type !== typeAxfr && question.type !== typeIxfr) {
      const datagram = this.answerDatagram(message);
      if (datagram !== undefined) send(socket, datagram);
      return;
    }
    const steps = (question.type === typeIxfr ? zone?.ixfr : zone?.axfr) ?? zone?.axfr ?? [{ rcode: 5 }];
    for (const step of steps) {
      if (step === 'end') socket.end();
      else if ('octets' in step) send(socket, Buffer.from([...u16(question.id), ...step.octets]));
      else send(socket, 'rcode' in step ? reply(question, [], step.rcode) : reply(question, step, 0));
    }
  }
}

/** A small whole zone as a transfer has it. */
export function wholeZone(name: string, serial: number, expire?: number): readonly Record[] {
  const first = soa(name, serial, expire);
  return [
    first,
    ns(name, `ns.${name}`),
    address(`ns.${name}`, '192.0.2.1'),
    address(`www.${name}`, '192.0.2.80'),
    first,
  ];
}

interface Question {
  readonly id: number;
  readonly opcode: number;
  readonly name: string;
  readonly type: number;
  /** Of the question section. */
  readonly octets: Buffer;
  readonly message: Buffer;
}

function readQuestion(message: Buffer): Question {
  const labels: string[] = [];
  let at = 12;
  for (let octets = message[at] ?? 0; octets > 0; octets = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + octets));
    at += 1 + octets;
  }
  return {
    id: message.readUInt16BE(0),
    opcode: (message.readUInt16BE(2) >> 11) & 15,
    name: labels.join('.').toLowerCase(),
    type: message.readUInt16BE(at + 1),
    octets: message.subarray(12, at + 5),
    message,
  };
}

/** Authoritative, signed where the question was. */
function reply({ id, opcode, octets, message }: Question, answers: readonly Record[], rcode: number): Buffer {
  const header = [id, 0x8400 | (opcode << 11) | rcode, 1, answers.length, 0, 0].flatMap(u16);
  const plain = Buffer.from([...header, ...octets, ...answers.flatMap(record)]);
  return isSigned(message) ? signReply(message, plain) : plain;
}

function send(socket: Socket, message: Buffer): void {
  if (socket.writable) socket.write(Buffer.concat([Buffer.from(u16(message.length)), message]));
}
