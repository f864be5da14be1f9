import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** A port of 127.0.0.1 that is free for UDP and TCP, below those that connections take, so that it is free later too. */
export async function findPort(): Promise<number> {
  for (let i = 0; i < 100; i++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if ((await isFree(port, 'tcp')) && (await isFree(port, 'udp'))) return port;
  }
  throw new Error('no free port found');
}

function isFree(port: number, transport: 'tcp' | 'udp'): Promise<boolean> {
  return new Promise((done) => {
    if (transport === 'tcp') {
      const server = createServer();
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
      return;
    }
    const socket = createSocket('udp4');
    socket.once('error', () => done(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => done(true)));
  });
}
