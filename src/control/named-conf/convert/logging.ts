/** The logging block: channels and categories. */
import { nearestWord } from '../../config/nearest-word.ts';
import { builtInChannels, logCategories } from '../../log/logging-config.ts';
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { blockOf, firstValue, isYes, listOf, optionOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';

/** BIND's categories that nothing here logs in. */
const otherCategories = ['responses'];
/** BIND's channels that need no definition. */
const bindChannels = ['default_syslog', 'default_debug', 'default_logfile'];

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

function convertChannel(channel: Statement, { settings }: Conversion): void {
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
        set('syslog', tokenAt(statement.args, 0)?.text.toLowerCase() ?? true);
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

function convertCategory(statement: Statement, defined: ReadonlySet<string>, conversion: Conversion): void {
  const token = firstValue(statement);
  const category = token.text.toLowerCase();
  const known = [...logCategories, ...otherCategories];
  if (!known.includes(category)) {
    const near = nearestWord(category, known);
    conversion.error('NC06', `unknown logging category "${token.text}"`, token, near && `did you mean ${near}?`);
    return;
  }
  if (category === 'statistics') {
    const message = 'category statistics is of BIND 8: BIND 9 does not start with it; here it is accepted';
    conversion.note('NC11', message, token);
  }
  if (!logCategories.includes(category)) {
    conversion.note('NC11', `category ${category} has no meaning here: nothing is logged in it`, token);
    return;
  }
  const path = ['logging', 'categories', category];
  const before = conversion.settings.get(path);
  const channels = Array.isArray(before) ? before.map(String) : [];
  for (const item of listOf(statement.args)?.items ?? []) {
    const channel = tokenAt(item, 0);
    if (channel === undefined) continue;
    conversion.settings.mark([...path, channels.length], channel);
    channels.push(channelName(channel, defined, conversion));
  }
  conversion.settings.set(path, channels, token);
}

/** BIND's own channels that are not here go where a daemon's messages go without configuration. */
function channelName(channel: Token, defined: ReadonlySet<string>, conversion: Conversion): string {
  const name = channel.text;
  const isHere = defined.has(name) || builtInChannels.some((builtIn) => builtIn.name === name);
  if (isHere || !bindChannels.includes(name)) return name;
  conversion.note('NC11', `channel ${name} is default_stderr here, which systemd takes to the journal`, channel);
  return 'default_stderr';
}
