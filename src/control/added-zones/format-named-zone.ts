/** A zone as rndc shows it, `zone "example.com" { type primary; file "x"; };`, so that `addzone` and `modzone` take what stands in its braces. */
import { isDeepStrictEqual } from 'node:util';
import type { ZoneSettings } from './added-zones.ts';
import { formatSettings } from './added-zones-file.ts';
import { parseZoneBlock } from './zone-block.ts';

/** In named.conf's statements where they say the same, else in ringzone.yaml's keys. */
export function formatNamedZone(name: string, settings: ZoneSettings): string {
  const block = statementsOf(settings);
  // What reads back as something else would be a lie.
  const isSame = block !== undefined && isDeepStrictEqual(readBack(name, block), plain(settings));
  return `zone "${name}" ${isSame ? block : formatSettings(settings)};`;
}

function readBack(name: string, block: string): unknown {
  const read = parseZoneBlock(name, block, 'showzone', '/');
  return read.ok ? plain(read.value.settings) : undefined;
}

function plain(settings: ZoneSettings): unknown {
  return structuredClone(settings);
}

/** The value in named.conf's notation; `undefined`: it has none. */
type Format = (value: unknown) => string | undefined;

const word: Format = (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);
const wordOrBoolean: Format = (value) => (typeof value === 'boolean' ? (value ? 'yes' : 'no') : word(value));
const quoted: Format = (value) => (typeof value === 'string' && !/["\\\n]/.test(value) ? `"${value}"` : undefined);
const inUnit =
  (unit: string): Format =>
  (value) =>
    typeof value === 'string' && value.endsWith(unit) ? value.slice(0, -unit.length) : undefined;

const matches: Format = (value) =>
  listOf(value, (element) => (Array.isArray(element) ? matches(element) : elementOf(element)));
const remotes: Format = (value) => listOf(value, remoteOf);
const rules: Format = (value) => listOf(value, word);

/** In BIND's order: the type first, then by name. */
const formats: Readonly<Record<string, Format>> = {
  type: word,
  file: quoted,
  'allow-notify': matches,
  'allow-query': matches,
  'allow-transfer': matches,
  'allow-update': matches,
  'also-notify': remotes,
  'ixfr-from-differences': wordOrBoolean,
  'max-ixfr-ratio': word,
  'max-journal-size': word,
  'max-records': word,
  'max-refresh-time': inUnit('s'),
  'max-retry-time': inUnit('s'),
  'max-transfer-idle-in': inUnit('m'),
  'max-transfer-idle-out': inUnit('m'),
  'max-transfer-time-in': inUnit('m'),
  'max-transfer-time-out': inUnit('m'),
  'min-refresh-time': inUnit('s'),
  'min-retry-time': inUnit('s'),
  notify: wordOrBoolean,
  'notify-delay': inUnit('s'),
  'notify-source': word,
  'notify-source-v6': word,
  primaries: remotes,
  'transfer-source': word,
  'transfer-source-v6': word,
  'update-policy': rules,
};

function statementsOf(settings: ZoneSettings): string | undefined {
  if (Object.keys(settings).some((key) => !Object.hasOwn(formats, key))) return undefined;
  const statements: string[] = [];
  for (const [key, format] of Object.entries(formats)) {
    const value = settings[key];
    if (value === undefined) continue;
    const text = format(value);
    if (text === undefined) return undefined;
    statements.push(`${key} ${text};`);
  }
  return `{ ${statements.join(' ')} }`;
}

function listOf(value: unknown, format: Format): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map(format);
  return items.includes(undefined) ? undefined : `{ ${items.map((item) => `${item}; `).join('')}}`;
}

/** Names of keys stand in quotes, as BIND writes them. */
function elementOf(element: unknown): string | undefined {
  return word(element)?.replace(/^(!?key )(.*)$/, '$1"$2"');
}

function remoteOf(remote: unknown): string | undefined {
  // The name of a list; an address stands with its port apart.
  if (typeof remote === 'string') return /^[a-z_][\w-]*$/i.test(remote) ? remote : undefined;
  const { address, port, key, tls, ...rest } = remote as Readonly<Record<string, unknown>>;
  const isKnown = Object.keys(rest).length === 0 && (tls === undefined || tls === 'opportunistic');
  if (!isKnown || typeof address !== 'string') return undefined;
  const parts = [
    port === undefined ? '' : ` port ${port}`,
    key === undefined ? '' : ` key "${key}"`,
    tls === undefined ? '' : ' tls ephemeral',
  ];
  return `${address}${parts.join('')}`;
}
