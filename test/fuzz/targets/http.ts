import type { Server } from 'node:http';
import { Duplex } from 'node:stream';
import { HttpServer } from '../../../src/control/http/http-server.ts';
import { routes } from '../../../src/control/http/routes.ts';
import type { Log } from '../../../src/control/log/log.ts';
import { FakeSource, zoneOf } from '../../unit/control/http/fake-source.ts';
import { readWords } from '../corpus/read-corpus.ts';
import { encode, textMutator } from '../engine/mutate-text.ts';
import { linear, must, type Target } from '../engine/target.ts';

const paths = [...routes.keys()];
const words = [...paths, 'x'.repeat(9000), ...readWords('http')];

/** A connection that is nowhere but in memory: what is written to it is kept. */
class MemorySocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 4711;
  readonly written: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk);
    done();
  }

  // What Node's server expects of a socket.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  destroySoon(): void {
    this.end(() => this.destroy());
  }
}

/** Requests to the HTTP server with all its routes, over a connection in memory; what follows the first request is the next. */
export async function createHttpTarget(): Promise<Target> {
  const errors: string[] = [];
  const quiet = () => undefined;
  const error = (_category: string, message: string) => void errors.push(message);
  const log = { notice: quiet, warning: quiet, info: quiet, error, event: quiet } as unknown as Log;
  const source = new FakeSource();
  source.zones = [zoneOf('a.test'), zoneOf('b.test')];
  const http = new HttpServer(routes, source, log, { headMs: 60_000 });
  const opened = await http.open({ address: { family: 4, address: '127.0.0.1', port: 0 }, allow: 0 });
  if (!opened.ok) throw new Error(opened.error.message);
  const [{ server }] = Reflect.get(http, 'servers') as [{ server: Server }];
  // Nobody but this thread talks to it.
  server.close();
  return {
    corpus: [
      ...paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`),
      ...paths.map((path) => `HEAD ${path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n`),
      'GET /metrics HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n',
      'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde',
      'GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n',
      'GET /healthz HTTP/1.0\r\n\r\n',
    ].map(encode),
    mutate: textMutator(words),
    maxOctets: 20_000,
    // A request of 28 octets asks for a document, and the next may follow at once.
    allowedSteps: linear(40_000, 400),
    expected: ['200', '404', '400'],
    async run(input) {
      const socket = new MemorySocket();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      // Node tells the socket what its parser does not like.
      socket.on('error', () => undefined);
      server.emit('connection', socket);
      socket.push(input);
      socket.push(null);
      // Nothing more comes: the server ends it when all is answered, at the latest when it sees that.
      if (!socket.closed) await closed;
      must(errors.length === 0, `an error was logged: ${errors.splice(0).join()}`);
      const text = Buffer.concat(socket.written).toString('latin1');
      if (text === '') return 'silent';
      const status = /^HTTP\/1\.1 (\d\d\d) /.exec(text)?.[1];
      must(status !== undefined, 'what is answered is HTTP');
      must(status !== '500', 'a request is no reason for an internal error');
      const head = text.slice(0, text.indexOf('\r\n\r\n'));
      // What Node itself answers has no headers of ours.
      const isOurs = ['200', '404', '405', '413', '421', '503'].includes(status);
      must(!isOurs || head.includes('X-Content-Type-Options: nosniff'), 'a response has the headers that keep it safe');
      return status;
    },
  };
}
