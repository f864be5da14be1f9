import { expect, test } from 'vitest';
import { Log } from '../../../../src/control/log/log.ts';
import { LogThreadClient } from '../../../../src/control/log/log-thread-client.ts';
import { type LoggingConfig, noLogging } from '../../../../src/control/log/logging-config.ts';

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
