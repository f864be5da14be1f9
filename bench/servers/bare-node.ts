import { fileURLToPath } from 'node:url';
import type { ServerProgram } from './server-program.ts';

/** As many as Ringzone has with one UDP worker: UDP, TCP, loader. A thread for the log runs only where there is something for it. */
const workers = 3;

/** Not TypeScript, whose reading costs time too. Answers when all workers run, so that its start is measured as a server's. */
const script = `
const { Worker } = require('node:worker_threads');
require(process.argv[2]).load(null);
const idle = "require('node:worker_threads').parentPort.on('message', () => {})";
let online = 0;
const listen = () => {
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (message, peer) => { message[2] |= 0x80; socket.send(message, peer.port, peer.address); });
  socket.bind(Number(process.argv[1]), '127.0.0.1');
};
for (let i = 0; i < ${workers}; i++) {
  new Worker(idle, { eval: true }).on('online', () => { if (++online === ${workers}) listen(); });
}`;

/** The least that a server in this Node takes: koffi and empty workers. */
export const bareNode: ServerProgram = {
  name: 'bare node',
  command: process.execPath,
  settings: `node that imports koffi, starts ${workers} empty workers, then sends questions back`,
  versionArguments: ['--version'],
  versionPattern: /v(\S+)/,
  isEcho: true,
  configure: (_folder, port) => ['-e', script, `${port}`, fileURLToPath(import.meta.resolve('koffi'))],
};
