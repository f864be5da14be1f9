/** Asks a question now and then over UDP and over one TCP connection: latency of others while a server is at something large. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LatencyHistogram } from '../measure/latency-histogram.ts';
import type { ProbeResult, TransferOrder } from './transfer-messages.ts';

const lastMs = 500;

export async function probeLatency(order: Extract<TransferOrder, { kind: 'probe' }>): Promise<ProbeResult> {
  const { port, question, seconds, everyMs } = order;
  const [udpTimes, tcpTimes] = [new LatencyHistogram(), new LatencyHistogram()];
  const udp = createSocket('udp4');
  udp.connect(port, '127.0.0.1');
  const tcp = connect({ port, host: '127.0.0.1', noDelay: true });
  await Promise.all([once(udp, 'connect'), once(tcp, 'connect')]);
  const waiting = new Map<number, number>();
  const heard = (times: LatencyHistogram, id: number) => {
    const sentMs = waiting.get(id);
    if (sentMs !== undefined) times.add(performance.now() - sentMs);
    waiting.delete(id);
  };
  udp.on('message', (message) => heard(udpTimes, message.readUInt16BE(0)));
  // Responses are short: none is split between chunks.
  tcp.on('data', (chunk) => {
    for (let at = 0; at + 4 <= chunk.length; at += 2 + chunk.readUInt16BE(at))
      heard(tcpTimes, chunk.readUInt16BE(at + 2));
  });
  tcp.on('error', () => undefined);
  const message = Buffer.concat([Buffer.of(question.length >> 8, question.length & 255), question]);
  let id = 0;
  const ask = () => {
    for (const isTcp of [false, true]) {
      id = (id + 1) & 0xffff;
      message.writeUInt16BE(id, 2);
      waiting.set(id, performance.now());
      if (isTcp) tcp.write(Buffer.from(message));
      else udp.send(Buffer.from(message.subarray(2)));
    }
  };
  const timer = setInterval(ask, everyMs);
  await sleep(seconds * 1000);
  clearInterval(timer);
  await sleep(waiting.size === 0 ? 0 : lastMs);
  udp.close();
  tcp.destroy();
  return { udpP99Ms: udpTimes.percentileMs(0.99), tcpP99Ms: tcpTimes.percentileMs(0.99), lost: waiting.size };
}
