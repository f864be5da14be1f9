/** Asks servers under test. One UDP socket for the process, a TCP connection per question; never longer than its time-out. */
import { createSocket, type Socket } from 'node:dgram';
import { connect } from 'node:net';
import { nameToWire } from './names.ts';
import { classNumber, typeNumber } from './types.ts';

export interface Question {
  readonly name: string;
  /** A number or a mnemonic. */
  readonly type: number | string;
  readonly class?: number | string;
  /** The second 16 bits of the header; 0 (no RD) by default. */
  readonly flags?: number;
  readonly id?: number;
  readonly edns?: Edns;
  readonly tcp?: boolean;
}

export interface Edns {
  readonly udpOctets?: number;
  readonly version?: number;
  readonly dnssecOk?: boolean;
  readonly options?: readonly { readonly code: number; readonly data: Uint8Array }[];
}

let lastId = Math.floor(Math.random() * 65_536);

export function buildQuery(question: Question): Uint8Array {
  lastId = (lastId + 1) & 0xffff;
  const type = typeof question.type === 'number' ? question.type : typeNumber(question.type);
  const { class: asked = 1 } = question;
  const header = [question.id ?? lastId, question.flags ?? 0, 1, 0, 0, question.edns === undefined ? 0 : 1].flatMap(
    u16,
  );
  const body = [
    ...nameToWire(question.name),
    ...u16(type),
    ...u16(typeof asked === 'number' ? asked : classNumber(asked)),
  ];
  return Uint8Array.from([...header, ...body, ...(question.edns === undefined ? [] : buildOpt(question.edns))]);
}

function buildOpt(edns: Edns): number[] {
  const options = (edns.options ?? []).flatMap(({ code, data }) => [...u16(code), ...u16(data.length), ...data]);
  const flags = edns.dnssecOk === true ? 0x8000 : 0;
  const fixed = [41, edns.udpOctets ?? 1232].flatMap(u16);
  return [0, ...fixed, 0, edns.version ?? 0, ...u16(flags), ...u16(options.length), ...options];
}

function u16(value: number): number[] {
  return [value >> 8, value & 255];
}

/** Ask and return the response's octets. Repeats a question that gets no answer twice, then throws. */
export async function ask(port: number, question: Question, address = '127.0.0.1'): Promise<Uint8Array> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const response = await askRaw(port, buildQuery(question), { tcp: question.tcp === true, address });
    if (response !== undefined) return response;
  }
  throw new Error(`no answer from ${address}:${port} to ${question.name} ${question.type}`);
}

export interface RawOptions {
  readonly tcp?: boolean;
  readonly timeoutMs?: number;
  readonly address?: string;
}

/** Send octets as they are; the response with the same id, or `undefined` after the time-out (1.5 s) or a closed connection. */
export function askRaw(port: number, message: Uint8Array, options: RawOptions = {}): Promise<Uint8Array | undefined> {
  const { tcp = false, timeoutMs = 1500, address = '127.0.0.1' } = options;
  return tcp ? askTcp(port, message, timeoutMs, address) : askUdp(port, message, timeoutMs, address);
}

let udp: Socket | undefined;
const waiting = new Map<string, (response: Uint8Array) => void>();

function udpSocket(): Socket {
  if (udp !== undefined) return udp;
  udp = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  udp.on('message', (response, from) => waiting.get(`${from.port} ${response.readUInt16BE(0)}`)?.(response));
  udp.on('error', () => undefined);
  return udp;
}

function askUdp(
  port: number,
  message: Uint8Array,
  timeoutMs: number,
  address: string,
): Promise<Uint8Array | undefined> {
  const key = `${port} ${((message[0] ?? 0) << 8) | (message[1] ?? 0)}`;
  return new Promise((resolve) => {
    const finish = (response: Uint8Array | undefined): void => {
      clearTimeout(timer);
      waiting.delete(key);
      if (waiting.size === 0) udpSocket().unref();
      resolve(response);
    };
    const timer = setTimeout(() => finish(undefined), timeoutMs);
    waiting.set(key, finish);
    udpSocket().ref();
    udpSocket().send(message, port, address);
  });
}

function askTcp(
  port: number,
  message: Uint8Array,
  timeoutMs: number,
  address: string,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: address, noDelay: true });
    const finish = (response: Uint8Array | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(response);
    };
    const timer = setTimeout(() => finish(undefined), timeoutMs);
    let received = Buffer.alloc(0);
    socket.on('connect', () => socket.write(Buffer.concat([Buffer.from(u16(message.length)), message])));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2) return;
      const octets = received.readUInt16BE(0);
      if (received.length >= 2 + octets) finish(Uint8Array.from(received.subarray(2, 2 + octets)));
    });
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));
  });
}
