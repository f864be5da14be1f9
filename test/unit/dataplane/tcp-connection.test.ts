import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { ResponseBuffer, TcpConnection } from '../../../src/dataplane/tcp-connection.ts';
import type { WorkerContext } from '../../../src/dataplane/worker-context.ts';
import { Client } from '../../../src/plane/access/client.ts';

/** A socket whose client reads whatever is written at once. */
class ReadingSocket extends EventEmitter {
  readonly remoteAddress = '192.0.2.1';
  readonly writableLength = 0;
  written = 0;
  paused = false;

  write(octets: Buffer): void {
    this.written += octets.length;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }
}

const messageOctets = 12;
const questionCount = 1000;
const oneQuestion = Buffer.concat([Buffer.of(0, messageOctets), Buffer.alloc(messageOctets)]);

/** Answers each question with itself. */
const context = {
  responder: { logging: false, client: new Client(), respond: () => messageOctets },
  begin: () => undefined,
  countDuration: () => undefined,
  end: () => undefined,
} as unknown as WorkerContext;

function openConnection(buffer: ResponseBuffer): ReadingSocket {
  const socket = new ReadingSocket();
  const events = { active: () => undefined, closed: () => undefined };
  new TcpConnection(1, context, socket as unknown as Socket, 4, 0, buffer, events);
  return socket;
}

it('gives other connections their turn in the middle of a thousand questions, and then answers the rest', async () => {
  const buffer = new ResponseBuffer();
  const greedy = openConnection(buffer);
  const modest = openConnection(buffer);
  greedy.emit('data', Buffer.concat(Array.from({ length: questionCount }, () => oneQuestion)));
  expect(greedy.paused).toBe(true);
  expect(greedy.written).toBeGreaterThan(0);
  expect(greedy.written).toBeLessThan((questionCount * oneQuestion.length) / 2);
  modest.emit('data', oneQuestion);
  expect(modest.written).toBe(oneQuestion.length);

  while (greedy.paused) await new Promise((resolve) => setImmediate(resolve));
  expect(greedy.written).toBe(questionCount * oneQuestion.length);
});

it('has others answer a hundred messages at a time, and takes the next ones as these are answered', async () => {
  let deferred = 0;
  const deferring = {
    responder: { logging: false, client: new Client(), record: {}, isDeferred: true, respond: () => 0 },
    begin: () => undefined,
    countDuration: () => undefined,
    end: () => undefined,
    defer: () => ++deferred > 0,
  } as unknown as WorkerContext;
  const socket = new ReadingSocket();
  const events = { active: () => undefined, closed: () => undefined };
  const buffer = new ResponseBuffer();
  const connection = new TcpConnection(1, deferring, socket as unknown as Socket, 4, 0, buffer, events);
  socket.emit('data', Buffer.concat(Array.from({ length: questionCount }, () => oneQuestion)));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(deferred).toBe(100);
  for (let answered = 0; answered < questionCount; answered++) {
    expect(deferred - answered).toBeLessThanOrEqual(100);
    connection.sendReply(oneQuestion.subarray(2));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(deferred).toBe(questionCount);
  expect(socket.written).toBe(questionCount * oneQuestion.length);
  expect(socket.paused).toBe(false);
  expect(connection.isIdle).toBe(true);
});

it("begins no turn within another connection's, where a reply is read as that one begins", async () => {
  let depth = 0;
  let mostDepth = 0;
  let onBegin = (): void => undefined;
  const nested = {
    responder: { logging: false, client: new Client(), record: {}, isDeferred: true, respond: () => 0 },
    begin: () => {
      mostDepth = Math.max(mostDepth, ++depth);
      onBegin();
    },
    countDuration: () => undefined,
    end: () => depth--,
    defer: () => true,
  } as unknown as WorkerContext;
  const buffer = new ResponseBuffer();
  const events = { active: () => undefined, closed: () => undefined };
  const open = (number: number) => {
    const socket = new ReadingSocket();
    return { socket, connection: new TcpConnection(number, nested, socket as unknown as Socket, 4, 0, buffer, events) };
  };
  const waiting = open(1);
  waiting.socket.emit('data', Buffer.concat(Array.from({ length: questionCount }, () => oneQuestion)));
  expect(waiting.socket.paused).toBe(true);
  onBegin = () => {
    onBegin = () => undefined;
    waiting.connection.sendReply(oneQuestion.subarray(2));
  };
  open(2).socket.emit('data', oneQuestion);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(mostDepth).toBe(1);
  expect(depth).toBe(0);
});
