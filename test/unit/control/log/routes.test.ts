import { expect, test } from 'vitest';
import {
  builtInChannels,
  type ChannelConfig,
  type LoggingConfig,
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
  expect(names(noLogging, 'queries')).toEqual(['default_stderr']);
  expect(names(noLogging, 'query-errors')).toEqual([]);
  expect(isSilenced(noLogging, 'general')).toBe(false);
});

test('questions are logged when their category is routed by name, unless querylog says otherwise', () => {
  expect(isQueryLogOn(logging({ default: ['f'] }), undefined)).toBe(false);
  expect(isQueryLogOn(logging({ queries: ['f'] }), undefined)).toBe(true);
  expect(isQueryLogOn(logging({ queries: ['f'] }), false)).toBe(false);
  expect(isQueryLogOn(noLogging, true)).toBe(true);
});

test('a channel takes what is as severe as it says or more', () => {
  expect([takes('warning', 'error'), takes('warning', 'warning'), takes('warning', 'notice')]).toEqual([
    true,
    true,
    false,
  ]);
  expect([takes('dynamic', 'info'), takes('dynamic', 'debug'), takes({ debug: 1 }, 'debug')]).toEqual([
    true,
    false,
    true,
  ]);
});
