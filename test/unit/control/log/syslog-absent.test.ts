import { expect, test, vi } from 'vitest';
import { Channels } from '../../../../src/control/log/channels.ts';
import { builtInChannels } from '../../../../src/control/log/logging-config.ts';

vi.mock('../../../../src/plane/libc.ts', () => ({ findLibc: () => undefined }));

test('without libc a channel to syslog that is used is a problem at start; one that is not used is none', () => {
  const used = new Channels({ channels: builtInChannels, categories: { default: ['default_syslog'] } }, undefined, 0);
  expect(used.problems).toEqual([
    expect.stringMatching(
      /^logging channel default_syslog: cannot open syslog: syslog needs 64-bit Linux .*use a file/,
    ),
  ]);
  // Lines for it are lost, not a danger.
  used.write({ category: 'general', severity: 'info', message: 'm', timeMs: 0 });
  used.flush();
  used.close();
  expect(new Channels({ channels: builtInChannels, categories: {} }, undefined, 0).problems).toEqual([]);
});
