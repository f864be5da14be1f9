/** The `keys` block: TSIG keys, their secrets in base64 in place or in a file of their own. No message holds a secret. */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseTsigAlgorithm, tsigAlgorithmNames, tsigAlgorithms } from '../../tsig/tsig-algorithm.ts';
import { createTsigKey, type TsigKey } from '../../tsig/tsig-key.ts';
import { equalNames, wireNameFrom } from '../../wire/name.ts';
import { reasonOf } from '../../zonefile/zone-source.ts';
import { nearestWord } from './nearest-word.ts';
import type { Report } from './report.ts';
import type { ParsedKey } from './schema.ts';
import { parseZoneName, ValueProblem } from './values.ts';

/**
 * The keys, by number. Numbers keep their meaning while the server runs (messages on their way carry them): a key that was there
 * before, by its name, keeps its number, and that of a key that is gone is never another's.
 */
export function buildKeys(
  written: Readonly<Record<string, ParsedKey>>,
  folder: string,
  report: Report,
  before: readonly TsigKey[] = [],
): readonly TsigKey[] {
  const keys: TsigKey[] = [];
  for (const [name, parsed] of Object.entries(written)) {
    const key = buildKey(name, parsed, folder, report);
    if (key === undefined) continue;
    if (findKey(keys, name) !== undefined) report('error', 'CF16', `key ${name} is given twice`, ['keys', name], 'key');
    keys.push(key);
  }
  const kept = before.map((old, number) => keys.find((key) => isSameName(key, old)) ?? revoked(old, number));
  return [...kept, ...keys.filter((key) => !before.some((old) => isSameName(key, old)))];
}

function isSameName(a: TsigKey, b: TsigKey): boolean {
  return equalNames(a.name, 0, b.name, 0);
}

/** Those that were made here; a name proves nothing. */
const revokedKeys = new WeakSet<TsigKey>();

/** What stands where a key was: nobody knows its secret. One that stands there already stays, for there may be many, and each takes a while to make. */
function revoked(old: TsigKey, number: number): TsigKey {
  if (revokedKeys.has(old)) return old;
  const key = createTsigKey(wireNameFrom(`revoked-${number}.invalid.`), 'hmac-sha512', randomBytes(64));
  revokedKeys.add(key);
  return key;
}

/** The number of the key with this name, in any case, with or without the final dot. */
export function findKey(keys: readonly TsigKey[], name: string): number | undefined {
  const wireName = parseZoneName(name);
  if (wireName instanceof ValueProblem) return undefined;
  const index = keys.findIndex((key) => equalNames(key.name, 0, wireName, 0));
  return index < 0 ? undefined : index;
}

function buildKey(name: string, parsed: ParsedKey, folder: string, report: Report): TsigKey | undefined {
  const path = ['keys', name];
  const wireName = parseZoneName(name);
  if (wireName instanceof ValueProblem) {
    report('error', wireName.code, wireName.message, path, 'key', wireName.hint);
    return undefined;
  }
  if (parsed.algorithm === undefined) {
    report('error', 'CF09', `key ${name} has no algorithm`, path, 'key', 'add algorithm: hmac-sha256');
    return undefined;
  }
  const algorithm = parseTsigAlgorithm(parsed.algorithm);
  if (algorithm === undefined) {
    const near = nearestWord(parsed.algorithm, tsigAlgorithmNames);
    const hint = near === undefined ? `known: ${tsigAlgorithmNames.join(', ')}` : `did you mean ${near}?`;
    const message = `key ${name}: unknown algorithm "${parsed.algorithm}"`;
    report('error', 'CF24', message, [...path, 'algorithm'], 'value', hint);
    return undefined;
  }
  const secret = findSecret(name, parsed, folder, report);
  if (secret === undefined) return undefined;
  const key = createTsigKey(wireName, algorithm.algorithm, secret, algorithm.macOctets);
  warnIfShort(name, key, parsed, report);
  return key;
}

/** RFC 2104 §3: a secret shorter than the hash weakens the MAC. */
function warnIfShort(name: string, { algorithm, secret }: TsigKey, parsed: ParsedKey, report: Report): void {
  const wanted = tsigAlgorithms[algorithm].macOctets;
  if (secret.length >= wanted) return;
  const message = `key ${name}: the secret has ${secret.length} octets, fewer than the ${wanted} of ${algorithm}`;
  const at = parsed.secret === undefined ? 'secret-file' : 'secret';
  report('warning', 'CF25', message, ['keys', name, at], 'value', 'make a new one with: ringzone tsig-keygen');
}

function findSecret(name: string, parsed: ParsedKey, folder: string, report: Report): Uint8Array | undefined {
  const { secret, 'secret-file': file } = parsed;
  if ((secret === undefined) === (file === undefined)) {
    const message = `key ${name}: exactly one of secret and secret-file must be present`;
    report('error', secret === undefined ? 'CF09' : 'CF24', message, ['keys', name], 'key');
    return undefined;
  }
  return file === undefined
    ? decodeSecret(name, secret ?? '', 'secret', report)
    : readSecret(name, resolve(folder, file), report);
}

function readSecret(name: string, file: string, report: Report): Uint8Array | undefined {
  const path = ['keys', name, 'secret-file'];
  let text: string;
  let mode: number;
  try {
    text = readFileSync(file, 'utf8');
    mode = statSync(file).mode;
  } catch (error) {
    report('error', 'CF24', `key ${name}: cannot read ${file}: ${reasonOf(error)}`, path, 'value');
    return undefined;
  }
  if ((mode & 0o004) !== 0) {
    const message = `key ${name}: every user of this machine can read ${file}`;
    report('warning', 'CF25', message, path, 'value', `chmod o-r ${file}`);
  }
  return decodeSecret(name, secretInFile(text), 'secret-file', report);
}

/** The file holds the base64 text alone, or a key statement as tsig-keygen writes it. */
function secretInFile(text: string): string {
  return /\bsecret\s*:?\s*"?([A-Za-z0-9+/=]+)/.exec(text)?.[1] ?? text.trim();
}

function decodeSecret(name: string, text: string, at: string, report: Report): Uint8Array | undefined {
  const path = ['keys', name, at];
  const compact = text.replace(/\s/g, '');
  const octets = Buffer.from(compact, 'base64');
  // Buffer passes over what is no base64; what it has read, written again, tells.
  const isBase64 = octets.toString('base64').replace(/=+$/, '') === compact.replace(/=+$/, '');
  if (!isBase64 || octets.length === 0) {
    const problem = octets.length === 0 ? 'is empty' : 'is not base64';
    report('error', 'CF24', `key ${name}: the secret ${problem}`, path, 'value', 'make one with: ringzone tsig-keygen');
    return undefined;
  }
  return Uint8Array.from(octets);
}
