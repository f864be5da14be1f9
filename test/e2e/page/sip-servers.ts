/** SIP servers on a thread of their own, which answer OPTIONS as they are told to. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const code = `
  const { createSocket } = require('node:dgram');
  const { parentPort, workerData: count } = require('node:worker_threads');
  const status = Array.from({ length: count }, () => '200 OK');
  const deaf = status.map(() => []);
  const ports = [];
  parentPort.on('message', ({ server, text, deafFor }) => {
    status[server] = text;
    deaf[server] = deafFor;
    parentPort.postMessage('done');
  });
  for (let i = 0; i < count; i++) {
    const socket = createSocket('udp4');
    socket.on('message', (octets, { port, address }) => {
      const hops = Number(/^Max-Forwards: *(\\d+)/m.exec(octets.toString('latin1'))?.[1]);
      if (status[i] === '' || deaf[i].includes(hops)) return;
      const copied = octets.toString('latin1').split('\\r\\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
      socket.send(['SIP/2.0 ' + status[i], ...copied, 'Content-Length: 0', '', ''].join('\\r\\n'), port, address);
    });
    socket.bind(0, '127.0.0.1', () => {
      ports[i] = socket.address().port;
      if (ports.filter(Boolean).length === count) parentPort.postMessage(ports);
    });
  }
`;

export class SipServers {
  /** On 127.0.0.1. */
  readonly ports: readonly number[];
  private readonly worker: Worker;

  private constructor(worker: Worker, ports: readonly number[]) {
    this.worker = worker;
    this.ports = ports;
  }

  static async start(count: number): Promise<SipServers> {
    const worker = new Worker(code, { eval: true, workerData: count });
    const [ports] = (await once(worker, 'message')) as [readonly number[]];
    return new SipServers(worker, ports);
  }

  /** What the server says from now on; an empty text is silence. Who asks with one of these Max-Forwards is never heard. */
  async say(server: number, text: string, deafFor: readonly number[] = []): Promise<void> {
    this.worker.postMessage({ server, text, deafFor });
    await once(this.worker, 'message');
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
