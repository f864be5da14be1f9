/** Questions get to their answers whatever servers do to datagrams and connections. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { TcpAsker } from '../../../../src/control/compare/ask/tcp-asker.ts';
import { UdpAsker } from '../../../../src/control/compare/ask/udp-asker.ts';
import { TcpFrames } from '../../../../src/wire/tcp-frames.ts';

/** A message whose content tells which one it is. */
function question(number: number): Buffer {
  const message = Buffer.alloc(16);
  message.writeUInt32BE(number, 12);
  return message;
}

function answerTo(message: Uint8Array): Buffer {
  const answer = Buffer.from(message);
  answer[2] = 0x84;
  return answer;
}

async function expectOwnAnswers(ask: (message: Buffer) => Promise<Buffer | undefined>, count: number): Promise<void> {
  const answers = await Promise.all(Array.from({ length: count }, (_, i) => ask(question(i))));
  expect(answers.map((answer) => answer?.readUInt32BE(12))).toEqual(Array.from({ length: count }, (_, i) => i));
}

async function withTcpServer(serve: (socket: Socket) => void, use: (asker: TcpAsker) => Promise<void>): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asker = new TcpAsker({ family: 4, address: '127.0.0.1', port: (server.address() as AddressInfo).port });
  try {
    await use(asker);
  } finally {
    asker.close();
    server.close();
  }
}

function forEachMessage(socket: Socket, take: (message: Buffer) => void): void {
  const frames = new TcpFrames();
  socket.on('data', (chunk) => {
    frames.push(chunk);
    while (frames.next()) {
      const { octets, messageOffset, messageOctets } = frames;
      take(Buffer.from(octets.slice(messageOffset, messageOffset + messageOctets)));
    }
  });
}

function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0, message.length), message]);
}

test('TCP: answers in another order, octet by octet', async () => {
  const serve = (socket: Socket): void => {
    const waiting: Buffer[] = [];
    const flush = (): void => {
      for (const one of waiting.splice(0).reverse())
        for (const octet of framed(answerTo(one))) socket.write(Buffer.of(octet));
    };
    forEachMessage(socket, (message) => {
      if (waiting.push(message) === 1) setImmediate(flush);
    });
  };
  await withTcpServer(serve, (asker) => expectOwnAnswers((message) => asker.ask(message), 400));
});

test('TCP: a server that ends each connection after three answers', async () => {
  const serve = (socket: Socket): void => {
    let left = 3;
    forEachMessage(socket, (message) => {
      if (--left >= 0) socket.write(framed(answerTo(message)));
      if (left === 0) socket.end();
    });
  };
  await withTcpServer(serve, async (asker) => {
    await expectOwnAnswers((message) => asker.ask(message), 60);
    expect(asker.counts).toMatchObject({ answered: 60, unanswered: 0 });
    expect(asker.counts.retried).toBeGreaterThan(0);
  });
});

test('TCP: nobody listens, or it ends without an answer', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const asker = new TcpAsker({ family: 4, address: '127.0.0.1', port });
  expect(await asker.ask(question(1))).toBeUndefined();
  expect(asker.problem).toBe('connection refused');
  expect(await asker.ask(question(2))).toBeUndefined();
  asker.close();
  await withTcpServer(
    (socket) => socket.end(),
    async (silent) => {
      expect(await silent.ask(question(1))).toBeUndefined();
      expect(silent.problem).toBe('connection closed');
    },
  );
});

test('UDP: what is lost is sent again with the same id, what comes twice or for nobody is passed over', async () => {
  const server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
  const seen = new Map<string, number>();
  server.on('message', (message, { port, address }) => {
    const key = `${port} ${message.readUInt16BE(0)}`;
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    if (message.readUInt32BE(12) % 7 === 0 && times === 1) return;
    const stranger = answerTo(question(9999));
    stranger.writeUInt16BE((message.readUInt16BE(0) + 5000) & 0xffff);
    for (const sent of [stranger, message, answerTo(message), answerTo(message)]) server.send(sent, port, address);
  });
  const asker = new UdpAsker({ family: 4, address: '127.0.0.1', port: server.address().port });
  asker.waitsMs = [300, 3000, 3000];
  try {
    await expectOwnAnswers((message) => asker.ask(message), 200);
    expect(asker.counts).toMatchObject({ answered: 200, unanswered: 0 });
    expect(asker.counts.retried).toBeGreaterThanOrEqual(29);
  } finally {
    asker.close();
    server.close();
  }
});

test('UDP: a server that is silent', async () => {
  const server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
  const asker = new UdpAsker({ family: 4, address: '127.0.0.1', port: server.address().port });
  asker.waitsMs = [60, 60];
  expect(await asker.ask(question(1))).toBeUndefined();
  expect(asker.problem).toBe('no answer');
  expect(asker.counts).toEqual({ answered: 0, retried: 1, unanswered: 1 });
  asker.close();
  server.close();
});
