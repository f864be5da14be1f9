/** Two SIP servers on a thread of their own, which answer OPTIONS. What they say can be changed; an empty text is silence. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const code = `
  const { createSocket } = require('node:dgram');
  const { parentPort } = require('node:worker_threads');
  const status = { sip1: '200 OK', sip2: '200 OK' };
  parentPort.on('message', (change) => { Object.assign(status, change); parentPort.postMessage('done'); });
  const ports = {};
  for (const name of Object.keys(status)) {
    const server = createSocket('udp4');
    server.on('message', (octets, { port, address }) => {
      if (status[name] === '') return;
      const copied = octets.toString('latin1').split('\\r\\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
      server.send(['SIP/2.0 ' + status[name], ...copied, 'Content-Length: 0', '', ''].join('\\r\\n'), port, address);
    });
    server.bind(0, '127.0.0.1', () => {
      ports[name] = server.address().port;
      if (Object.keys(ports).length === 2) parentPort.postMessage(ports);
    });
  }
`;

export class SipPair {
  readonly ports: { readonly sip1: number; readonly sip2: number };
  private readonly worker: Worker;

  private constructor(worker: Worker, ports: SipPair['ports']) {
    this.worker = worker;
    this.ports = ports;
  }

  static async start(): Promise<SipPair> {
    const worker = new Worker(code, { eval: true });
    const [ports] = (await once(worker, 'message')) as [SipPair['ports']];
    return new SipPair(worker, ports);
  }

  async say(change: { readonly sip1?: string; readonly sip2?: string }): Promise<void> {
    this.worker.postMessage(change);
    await once(this.worker, 'message');
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
