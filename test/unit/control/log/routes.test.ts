import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import {
  builtInChannels,
  type ChannelConfig,
  type LoggingConfig,
  type LogSeverity,
  noLogging,
} from '../../../../src/control/log/logging-config.ts';
import { channelsOf, isQueryLogOn, isSilenced, takes } from '../../../../src/control/log/routes.ts';

const file: ChannelConfig = {
  name: 'f',
  destination: { kind: 'file', path: '/f', versions: undefined, sizeOctets: undefined },
  severity: 'info',
  printTime: 'no',
  printSeverity: false,
  printCategory: false,
};

function logging(categories: LoggingConfig['categories']): LoggingConfig {
  return { channels: [file, ...builtInChannels], categories };
}

const names = (config: LoggingConfig, category: string) => channelsOf(config, category).map(({ name }) => name);

test('a category goes to its own channels, else to those of default, not to both', () => {
  const config = logging({ queries: ['f'], notify: ['null'], default: ['default_stderr'] });
  expect(names(config, 'queries')).toEqual(['f']);
  expect(names(config, 'zoneload')).toEqual(['default_stderr']);
  expect(names(config, 'notify')).toEqual([]);
  expect([isSilenced(config, 'notify'), isSilenced(config, 'queries')]).toEqual([true, false]);
});

test('without routes questions go to stderr, and nothing is silenced', () => {
  expect(names(noLogging, 'queries')).toEqual(['stderr']);
  expect(names(noLogging, 'zoneload')).toEqual([]);
  expect(isSilenced(noLogging, 'general')).toBe(false);
});

test('questions are logged when their category is routed by name, unless querylog says otherwise', () => {
  expect(isQueryLogOn(logging({ default: ['f'] }), undefined)).toBe(false);
  expect(isQueryLogOn(logging({ queries: ['f'] }), undefined)).toBe(true);
  expect(isQueryLogOn(logging({ queries: ['f'] }), false)).toBe(false);
  expect(isQueryLogOn(noLogging, true)).toBe(true);
});

test('a channel takes what is as severe as it says or more', () => {
  const taken = (severity: ChannelConfig['severity'], line: LogSeverity, debugLevel: number) =>
    takes({ severity }, line, debugLevel);
  const lines = ['critical', 'warning', 'notice', 'info', 'debug', 'debug 3', 'debug 10'] as const;
  const of = (severity: ChannelConfig['severity'], debugLevel: number) =>
    lines.filter((line) => taken(severity, line, debugLevel)).length;
  expect([of('critical', 9), of('warning', 9), of('notice', 9), of('info', 9)]).toEqual([1, 2, 3, 4]);
  expect([of('dynamic', 0), of('dynamic', 1), of('dynamic', 2), of('dynamic', 3), of('dynamic', 99)]).toEqual([
    4, 5, 5, 6, 7,
  ]);
  // BIND: whatever the debug level is.
  expect([of({ debug: 0 }, 0), of({ debug: 1 }, 0), of({ debug: 3 }, 0), of({ debug: 3 }, 99)]).toEqual([4, 5, 6, 6]);
});

test('default_debug takes nothing while the debug level is 0', () => {
  const [channel] = builtInChannels.filter(({ name }) => name === 'default_debug');
  assert(channel !== undefined);
  expect([takes(channel, 'critical', 0), takes(channel, 'info', 1), takes(channel, 'debug 2', 1)]).toEqual([
    false,
    true,
    false,
  ]);
});

test('what no view takes is discarded unless its category is named', () => {
  expect(names(logging({ default: ['f'] }), 'unmatched')).toEqual([]);
  expect(names(logging({ default: ['f'], unmatched: ['default_stderr'] }), 'unmatched')).toEqual(['default_stderr']);
});
