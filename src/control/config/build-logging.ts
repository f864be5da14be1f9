/** The logging block: channels with one destination each, categories that name channels which exist. */
import { resolve } from 'node:path';
import {
  builtInChannels,
  type ChannelConfig,
  type ChannelDestination,
  defaultTag,
  isLogCategory,
  type LoggingConfig,
  logCategories,
} from '../log/logging-config.ts';
import type { Report } from './build-config.ts';
import { nearestWord } from './nearest-word.ts';
import type { ParsedChannel, ParsedConfig } from './schema.ts';

export function buildLogging(parsed: ParsedConfig['logging'], folder: string, report: Report): LoggingConfig {
  const channels: ChannelConfig[] = [];
  for (const [name, written] of Object.entries(parsed?.channels ?? {})) {
    const destination = buildDestination(name, written, folder, report);
    if (destination === undefined) continue;
    channels.push({
      name,
      destination,
      severity: written.severity ?? 'info',
      printTime: written['print-time'] ?? 'no',
      printSeverity: written['print-severity'] ?? false,
      printCategory: written['print-category'] ?? false,
      format: written.format === 'json' ? 'json' : undefined,
      isBuffered: written.buffered,
      isDebugOnly: written['debug-only'],
    });
  }
  checkFilesDiffer(channels, report);
  const defined = new Set(Object.keys(parsed?.channels ?? {}));
  checkCategories(parsed?.categories ?? {}, defined, report);
  const categories = parsed?.categories ?? {};
  const wanted = new Set(Object.values(categories).flat());
  const builtIn = builtInChannels.filter(({ name, destination }) => {
    // No path of a file that nobody has asked for.
    return !defined.has(name) && (destination.kind !== 'file' || wanted.has(name));
  });
  return { channels: [...channels, ...builtIn.map((channel) => placed(channel, folder))], categories };
}

/** A built-in channel with its file where relative paths begin. */
function placed(channel: ChannelConfig, folder: string): ChannelConfig {
  const { destination } = channel;
  if (destination.kind !== 'file') return channel;
  return { ...channel, destination: { ...destination, path: resolve(folder, destination.path) } };
}

function buildDestination(
  name: string,
  written: ParsedChannel,
  folder: string,
  report: Report,
): ChannelDestination | undefined {
  const path = ['logging', 'channels', name];
  const facility = written.syslog?.facility;
  const kinds = [written.file !== undefined, facility !== undefined, written.stderr === true, written.null === true];
  if (kinds.filter(Boolean).length !== 1) {
    // BIND's words.
    const message = `channel ${name}: exactly one of file, syslog, null, and stderr must be present`;
    report('error', 'CF14', message, path, 'key');
    return undefined;
  }
  if (facility !== undefined) return { kind: 'syslog', facility, tag: written.tag ?? defaultTag };
  if (written.file === undefined) return { kind: written.stderr === true ? 'stderr' : 'null' };
  // A size of 0 is none (BIND).
  const sizeOctets = written.size?.octets === 0 ? undefined : written.size?.octets;
  if (sizeOctets !== undefined && written.versions === undefined) {
    const message = `channel ${name}: without versions, logging to ${written.file} stops when it has reached its size`;
    report('warning', 'CF19', message, [...path, 'size'], 'key', 'add versions: 3 to keep three old files');
  }
  const { versions, suffix } = written;
  return { kind: 'file', path: resolve(folder, written.file), versions, sizeOctets, suffix };
}

/** Two channels on one file would rotate it under each other. */
function checkFilesDiffer(channels: readonly ChannelConfig[], report: Report): void {
  const owners = new Map<string, string>();
  for (const { name, destination } of channels) {
    if (destination.kind !== 'file') continue;
    const owner = owners.get(destination.path);
    if (owner !== undefined) {
      const message = `channel ${name}: ${destination.path} is the file of channel ${owner} already`;
      report(
        'error',
        'CF16',
        message,
        ['logging', 'channels', name, 'file'],
        'value',
        'send both categories to one channel',
      );
    }
    owners.set(destination.path, name);
  }
}

function checkCategories(
  categories: Readonly<Record<string, readonly string[]>>,
  defined: ReadonlySet<string>,
  report: Report,
): void {
  const known = [...defined, ...builtInChannels.map(({ name }) => name)];
  for (const [category, channels] of Object.entries(categories)) {
    if (!isLogCategory(category)) {
      const near = nearestWord(category, logCategories);
      const hint = near === undefined ? `known: ${logCategories.join(', ')}` : `did you mean ${near}?`;
      report(
        'error',
        'CF17',
        `unknown logging category "${category}"`,
        ['logging', 'categories', category],
        'key',
        hint,
      );
    }
    for (const [index, channel] of channels.entries()) {
      if (known.includes(channel)) continue;
      const near = nearestWord(channel, known);
      const hint = near === undefined ? `defined: ${known.join(', ')}` : `did you mean ${near}?`;
      report(
        'error',
        'CF13',
        `undefined channel "${channel}"`,
        ['logging', 'categories', category, index],
        'value',
        hint,
      );
    }
  }
}
