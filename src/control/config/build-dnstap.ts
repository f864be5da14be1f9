/** Dnstap: which messages are written, and where to. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { DnstapConfig, DnstapOutput } from '../dnstap/dnstap-config.ts';
import { defaultSettings } from './defaults.ts';
import { dnstapWords } from './dnstap-words.ts';
import type { Report } from './report.ts';
import type { ParsedConfig } from './schema.ts';

/** For files alone. */
const fileKeys = ['size', 'versions', 'suffix'] as const;

export function buildDnstap(parsed: ParsedConfig, folder: string, report: Report): DnstapConfig | undefined {
  const output = buildOutput(parsed['dnstap-output'], folder, report);
  const types = (parsed.dnstap || []).reduce((set, word) => set | dnstapWords[word], 0);
  if (types !== 0 && parsed['dnstap-output'] === undefined) {
    const hint = 'add dnstap-output: { file: /var/log/ringzone.tap }';
    report('error', 'CF09', 'dnstap has no dnstap-output: nobody would get the messages', ['dnstap'], 'key', hint);
  }
  if (types === 0 && parsed.dnstap === undefined && output !== undefined) {
    const message = 'dnstap-output without dnstap: no messages are chosen, so none are written';
    report('warning', 'CF28', message, ['dnstap-output'], 'key', 'add dnstap: [all]');
  }
  if (types === 0 || output === undefined) return undefined;
  return {
    types,
    output,
    identity: textOf(parsed['dnstap-identity'], hostname()),
    version: textOf(parsed['dnstap-version'], defaultSettings().version),
  };
}

function buildOutput(written: ParsedConfig['dnstap-output'], folder: string, report: Report): DnstapOutput | undefined {
  if (written === undefined) return undefined;
  const { file, unix, size, versions, suffix } = written;
  if (file === undefined && unix === undefined) {
    const hint = 'add file: /var/log/ringzone.tap, or unix: the path of a collector that listens there';
    report('error', 'CF09', 'dnstap-output has neither file nor unix', ['dnstap-output'], 'key', hint);
    return undefined;
  }
  if (file !== undefined && unix !== undefined) {
    const message = 'dnstap-output has file and unix, and there is one output';
    report('error', 'CF28', message, ['dnstap-output', 'unix'], 'key', 'remove one of both');
    return undefined;
  }
  if (file === undefined) {
    for (const key of fileKeys) {
      if (written[key] === undefined) continue;
      const message = `dnstap-output: ${key} is for files; a collector keeps what it gets`;
      report('error', 'CF28', message, ['dnstap-output', key], 'key', `remove ${key}`);
    }
    return { kind: 'unix', path: resolve(folder, unix ?? '') };
  }
  const sizeOctets = size?.octets ?? Number.POSITIVE_INFINITY;
  return { kind: 'file', path: resolve(folder, file), sizeOctets, versions, suffix: suffix ?? 'increment' };
}

/** `false`: nothing is said. BIND's word `hostname` is the host's name. */
function textOf(written: string | false | undefined, otherwise: string | undefined): string | undefined {
  if (written === undefined || written === 'hostname') return otherwise;
  return written === false ? undefined : written;
}
