/** The logging block: channels with one destination each, categories that name channels which exist. */
import { resolve } from 'node:path';
import {
  builtInChannels,
  type ChannelConfig,
  type ChannelDestination,
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
    });
  }
  checkFilesDiffer(channels, report);
  const defined = new Set(Object.keys(parsed?.channels ?? {}));
  checkCategories(parsed?.categories ?? {}, defined, report);
  return {
    channels: [...channels, ...builtInChannels.filter(({ name }) => !defined.has(name))],
    categories: parsed?.categories ?? {},
  };
}

function buildDestination(
  name: string,
  written: ParsedChannel,
  folder: string,
  report: Report,
): ChannelDestination | undefined {
  const path = ['logging', 'channels', name];
  if (written.syslog !== undefined && written.syslog !== false) {
    const hint = 'stderr goes to the journal under systemd; or use a file channel';
    report(
      'error',
      'CF10',
      `channel ${name}: syslog is not supported by this release`,
      [...path, 'syslog'],
      'key',
      hint,
    );
    return undefined;
  }
  if (written.suffix === 'timestamp') {
    const hint = 'old files are named .0, .1 and so on';
    report(
      'error',
      'CF10',
      `channel ${name}: suffix timestamp is not supported by this release`,
      [...path, 'suffix'],
      'value',
      hint,
    );
  }
  const kinds = [written.file !== undefined, written.stderr === true, written.null === true];
  if (kinds.filter(Boolean).length !== 1) {
    const message = `channel ${name}: exactly one of file, stderr and null must be present`;
    report('error', 'CF14', message, path, 'key');
    return undefined;
  }
  if (written.file === undefined) return { kind: written.stderr === true ? 'stderr' : 'null' };
  const sizeOctets = written.size?.octets;
  if (sizeOctets !== undefined && written.versions === undefined) {
    const message = `channel ${name}: without versions, logging to ${written.file} stops when it has reached its size`;
    report('warning', 'CF19', message, [...path, 'size'], 'key', 'add versions: 3 to keep three old files');
  }
  return { kind: 'file', path: resolve(folder, written.file), versions: written.versions, sizeOctets };
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
    if (!logCategories.includes(category)) {
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
