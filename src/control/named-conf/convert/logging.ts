/** The logging block: channels and categories. */
import { dirname, resolve } from 'node:path';
import { nearestWord } from '../../config/nearest-word.ts';
import { isLogCategory, isSyslogFacility, logCategories } from '../../log/logging-config.ts';
import { findInChroot } from '../chroot.ts';
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { blockOf, firstValue, isYes, listOf, optionOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';

/** The program that syslog's lines are of: what reads them knows it by this name. */
const bindTag = 'named';
/**
 * BIND's channels that need no definition, written out: syslog's lines are of another program's name than those of our own channel, and
 * the file lies in `directory`.
 */
const bindChannels: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  default_syslog: { syslog: 'daemon', tag: bindTag },
  default_debug: { file: 'named.run', severity: 'dynamic', 'print-time': true, 'debug-only': true },
};

export function convertLogging(conversion: Conversion): void {
  for (const logging of conversion.all('logging')) {
    const statements = blockOf(logging);
    const channels = statements.filter((statement) => nameOf(statement) === 'channel');
    for (const channel of channels) convertChannel(channel, conversion);
    const defined = new Set(channels.map((channel) => firstValue(channel).text));
    for (const statement of statements) {
      if (nameOf(statement) === 'category') convertCategory(statement, defined, conversion);
    }
  }
}

function convertChannel(channel: Statement, conversion: Conversion): void {
  const { settings } = conversion;
  const name = firstValue(channel);
  const path = ['logging', 'channels', name.text];
  settings.set(path, {}, name);
  for (const statement of blockOf(channel)) {
    const { keyword } = statement;
    const set = (key: string, value: unknown, token: Token = firstValue(statement)) =>
      settings.set([...path, key], value, keyword, token);
    const token = firstValue(statement);
    const key = nameOf(statement);
    switch (key) {
      case 'file':
        set('file', token.text);
        warnOfChroot(token, conversion);
        for (const option of ['versions', 'size', 'suffix']) {
          const found = optionOf(statement.args, option);
          const text = found?.text.toLowerCase();
          if (found === undefined || text === 'default') continue;
          set(option, option === 'versions' && /^\d+$/.test(text ?? '') ? Number(text) : text, found);
        }
        break;
      case 'null':
      case 'stderr':
        set(key, true);
        break;
      case 'syslog':
        set('syslog', facilityOf(statement, conversion));
        set('tag', bindTag);
        break;
      case 'severity':
        set('severity', [token.text, tokenAt(statement.args, 1)?.text ?? ''].join(' ').trim().toLowerCase());
        break;
      case 'print-time':
        set('print-time', /^(local|iso)/i.test(token.text) ? token.text.toLowerCase() : isYes(token));
        break;
      default:
        set(key, isYes(token));
    }
  }
}

/** The file may not be there yet, but for its folder. */
function warnOfChroot(token: Token, conversion: Conversion): void {
  const { directory, chroots } = conversion.state;
  const file = resolve(directory, token.text);
  const place = findInChroot(file, chroots) === undefined ? dirname(file) : file;
  conversion.warnOfChroot('log', place, findInChroot(place, chroots), token);
}

function convertCategory(statement: Statement, defined: ReadonlySet<string>, conversion: Conversion): void {
  const token = firstValue(statement);
  const category = token.text.toLowerCase();
  if (!isLogCategory(category)) {
    const near = nearestWord(category, logCategories);
    conversion.error('NC06', `unknown logging category "${token.text}"`, token, near && `did you mean ${near}?`);
    return;
  }
  if (category === 'statistics') {
    const message = 'category statistics is of BIND 8: BIND 9 does not start with it; here it is accepted';
    conversion.note('NC11', message, token);
  }
  const path = ['logging', 'categories', category];
  const before = conversion.settings.get(path);
  const channels = Array.isArray(before) ? before.map(String) : [];
  for (const item of listOf(statement.args)?.items ?? []) {
    const channel = tokenAt(item, 0);
    if (channel === undefined) continue;
    conversion.settings.mark([...path, channels.length], channel);
    if (!defined.has(channel.text)) defineBuiltIn(channel, conversion);
    channels.push(channel.text);
  }
  conversion.settings.set(path, channels, token);
}

/** BIND takes `daemon` where it does not know the facility, and says so only in its log. */
function facilityOf(statement: Statement, conversion: Conversion): string {
  const token = tokenAt(statement.args, 0);
  const facility = token?.text.toLowerCase() ?? 'daemon';
  if (token === undefined || isSyslogFacility(facility)) return facility;
  conversion.warn('NC11', `unknown syslog facility "${token.text}": daemon, as with BIND`, token);
  return 'daemon';
}

function defineBuiltIn(token: Token, { settings }: Conversion): void {
  const values = Object.hasOwn(bindChannels, token.text) ? bindChannels[token.text] : {};
  for (const [key, value] of Object.entries(values ?? {})) {
    settings.set(['logging', 'channels', token.text, key], value, token);
  }
}
