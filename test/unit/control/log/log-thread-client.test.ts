import { expect, test, vi } from 'vitest';
import { Log } from '../../../../src/control/log/log.ts';
import { LogThreadClient } from '../../../../src/control/log/log-thread-client.ts';
import { type LoggingConfig, noLogging } from '../../../../src/control/log/logging-config.ts';
import { LogRecord } from '../../../../src/plane/rings/log-record.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../../src/plane/rings/log-ring.ts';

const absent: LoggingConfig = {
  channels: [
    {
      name: 'absent',
      destination: { kind: 'file', path: '/absent/folder/file', versions: undefined, sizeOctets: undefined },
      severity: 'info',
      printTime: 'no',
      printSeverity: false,
      printCategory: false,
    },
  ],
  categories: { default: ['absent'] },
};

test('configurations that are asked for at once are each answered, with their own problems', async () => {
  const client = new LogThreadClient(await Log.create(), {
    logging: noLogging,
    sources: [],
    owner: undefined,
    debugLevel: 0,
  });
  // As by a reload while `ctl closelogs` is at it.
  const answers = await Promise.all([
    client.configure(noLogging),
    client.configure(absent),
    client.configure(noLogging),
  ]);
  expect(await client.problems).toEqual([]);
  expect(answers.map(({ length }) => length)).toEqual([0, 1, 0]);
  expect(answers[1]?.[0]).toContain('/absent/folder/file');
  await client.stop();
  expect(await client.configure(noLogging)).toEqual(['the log thread has ended']);
});

test('a thread that dies of what waits for it is replaced by one that leaves it out', async () => {
  const ring = createLogRing(4096);
  const writer = new LogRingWriter(ring);
  writer.append(Object.assign(new LogRecord(), { qname: new Uint8Array(256), qnameOctets: 1 }));
  writer.publish();
  // A record without a length, behind the ring's 64 octets of its own.
  new Uint32Array(ring, 64)[0] = 0;
  const log = await Log.create();
  const said: string[] = [];
  vi.spyOn(log, 'say').mockImplementation(({ severity, message }) => {
    said.push(`${severity} ${message}`);
  });

  const start = { logging: noLogging, sources: [{ ring, object: '0x1' }], owner: undefined, debugLevel: 0 };
  const client = new LogThreadClient(log, start);
  const deaths = () => said.filter((line) => line.includes('died'));
  await expect.poll(() => deaths().length).toBe(2);
  await expect.poll(() => said.at(-1)).toBe('notice the log thread writes again');
  expect(deaths().map((line) => line.replace(/\(.*\)/, '()'))).toEqual([
    'error the log thread died (): a new one starts now; answers go on',
    'error the log thread died (): a new one starts in 100 ms, without what waits; answers go on',
  ]);
  expect(new LogRingReader(ring).ring.isEmpty()).toBe(true);
  expect(await client.configure(noLogging)).toEqual([]);
  await client.stop();
});
