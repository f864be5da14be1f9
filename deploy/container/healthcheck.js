/**
 * Asks the server one DNS question over UDP and exits 0 when an answer to it arrives, whatever its RCODE: a server that
 * answers is alive. The question is version.bind CH TXT; RINGZONE_HEALTH_ADDRESS (127.0.0.1) and RINGZONE_HEALTH_PORT
 * (5353) say where.
 */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

const address = process.env.RINGZONE_HEALTH_ADDRESS ?? '127.0.0.1';
const port = Number(process.env.RINGZONE_HEALTH_PORT ?? 5353);
const question = Buffer.from('0000000000010000000000000776657273696f6e0462696e640000100003', 'hex');
const id = (process.pid ^ Date.now()) & 0xffff;
question.writeUInt16BE(id, 0);

const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
const finish = (code, why) => {
  if (why !== undefined) process.stderr.write(`${why}\n`);
  process.exit(code);
};
socket.on('error', (error) => finish(1, error.message));
socket.on('message', (reply) => {
  const isAnswer = reply.length >= 12 && reply.readUInt16BE(0) === id && (reply[2] & 0x80) !== 0;
  if (isAnswer) finish(0);
});
// Connected, so that an ICMP "port unreachable" is an error at once and strangers' packets don't count.
socket.connect(port, address, () => socket.send(question));
setTimeout(() => finish(1, `no answer from ${address} port ${port} within 2 s`), 2000);
