/** What a worker that blocks in its socket keeps of steering tables that others have taken the place of. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { findLibc } from '../../../src/plane/libc.ts';
import { SteeringBuilder } from '../../../src/plane/steering/steering-table.ts';
import { question, WorkerUnderTest } from './worker-under-test.ts';

/** On paper: nobody touches what is behind the first page. */
const tableOctets = 2 ** 26;
const tables = 64;

/** What this process has asked the system for, touched or not. */
function askedOctets(): number {
  return Number(/^VmData:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

it.skipIf(findLibc() === undefined)('keeps a few of them, however many there are', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const worker = await WorkerUnderTest.start({
    transport: 'udp',
    addresses: [{ family: 4, address: '127.0.0.1', port: 0 }],
  });
  const client = createSocket('udp4').bind(0, '127.0.0.1');
  await once(client, 'listening');
  const before = askedOctets();
  const header = new Uint8Array(new SteeringBuilder().build(1));
  for (let i = 0; i < tables; i++) {
    const table = new SharedArrayBuffer(tableOctets);
    new Uint8Array(table).set(header);
    worker.post({ kind: 'steering', table });
    worker.control.raiseSettingsGeneration();
    // So that it is taken.
    client.send(question(i, 'a.example'), worker.port, '127.0.0.1');
    await once(client, 'message');
    // Of what this thread has of them.
    if (i % 4 === 3) collectGarbage();
  }
  collectGarbage();
  expect(askedOctets() - before).toBeLessThan((tables * tableOctets) / 2);
  client.close();
  await worker.close();
});
