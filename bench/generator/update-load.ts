/** Sends updates over UDP, the next one when one is acknowledged: as many clients as are in flight, each waiting for its answer. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { LatencyHistogram } from '../measure/latency-histogram.ts';
import type { UpdateLoadResult, UpdateOrder } from './update-messages.ts';

const lostMs = 1000;

/** What the next update begins with: runs go on where the one before has ended, so that each update changes something. */
let next = 0;

export async function loadUpdates(order: UpdateOrder): Promise<UpdateLoadResult> {
  const { port, zone, names, inFlight, seconds } = order;
  const udp = createSocket('udp4');
  udp.connect(port, '127.0.0.1');
  await once(udp, 'connect');
  const times = new LatencyHistogram();
  const sentMs = new Map<number, number>();
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  let lastMs = startMs;
  let acknowledged = 0;
  let refused = 0;
  const send = () => {
    const number = next++;
    sentMs.set(number & 0xffff, performance.now());
    udp.send(replaceAddress(number & 0xffff, zone, `host${number % names}`, number));
  };
  udp.on('message', (message) => {
    const nowMs = performance.now();
    const id = message.readUInt16BE(0);
    const since = sentMs.get(id);
    if (since === undefined) return;
    sentMs.delete(id);
    if (((message[3] as number) & 15) === 0) {
      acknowledged++;
      lastMs = nowMs;
      times.add(nowMs - since);
    } else refused++;
    if (nowMs < endMs) send();
  });
  for (let i = 0; i < inFlight; i++) send();
  await sleep(seconds * 1000);
  const giveUpMs = performance.now() + lostMs;
  while (sentMs.size > 0 && performance.now() < giveUpMs) await sleep(5);
  udp.close();
  return {
    acknowledged,
    refused,
    lost: sentMs.size,
    seconds: (lastMs - startMs) / 1000,
    p50Ms: times.percentileMs(0.5),
    p99Ms: times.percentileMs(0.99),
  };
}

const update = 5 << 11;
const [soa, a, inClass, anyClass] = [6, 1, 1, 255];

/** What a registration sends: the addresses of a name go, one comes (RFC 2136 §2). */
export function replaceAddress(id: number, zone: string, host: string, number: number): Buffer {
  const apex = nameOctets(zone);
  const owner = Buffer.concat([Buffer.of(host.length), Buffer.from(host), Buffer.of(0xc0, 12)]);
  return Buffer.concat([
    words(id, update, 1, 0, 2, 0),
    apex,
    words(soa, inClass),
    owner,
    words(a, anyClass, 0, 0, 0),
    owner,
    words(a, inClass, 0, 300, 4),
    Buffer.of(10, (number >>> 16) & 255, (number >>> 8) & 255, number & 255),
  ]);
}

function words(...values: readonly number[]): Buffer {
  const octets = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) octets.writeUInt16BE(value, 2 * i);
  return octets;
}

function nameOctets(text: string): Buffer {
  const labels = text.split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), Buffer.from(label)]), Buffer.of(0)]);
}
