import { resolve } from 'node:path';

type Values = Readonly<Record<string, unknown>>;

/** Where paths stand; `*` is any name, `[]` each element of a list, or the one that stands without a list. */
const places: readonly string[] = [
  'data-dir',
  'control',
  'tls.cert-file',
  'tls.key-file',
  'keys.*.secret-file',
  'dnstap-output.file',
  'dnstap-output.unix',
  'logging.channels.*.file',
  'zones.*.file',
  'views.*.zones.*.file',
  ...['', 'zones.*.', 'catalogs.*.members.', 'catalogs.*.groups.*.'].flatMap((above) =>
    ['', 'views.*.'].flatMap((view) => [
      `${view}${above}primaries.[].tls.ca-file`,
      `${view}${above}also-notify.[].tls.ca-file`,
    ]),
  ),
  'primaries.*.[].tls.ca-file',
];

/** The values with each relative path resolved from `folder`. */
export function absolutePaths(values: Values, folder: string): Values {
  return places.reduce<unknown>((value, place) => resolveAt(value, place.split('.'), folder), values) as Values;
}

function resolveAt(value: unknown, [step, ...rest]: readonly string[], folder: string): unknown {
  // Whether the value is a path is the last question: `control: false` is none.
  if (step === undefined) return typeof value === 'string' ? resolve(folder, value) : value;
  if (step === '[]') {
    return Array.isArray(value) ? value.map((item) => resolveAt(item, rest, folder)) : resolveAt(value, rest, folder);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(
    ([key, below]) => [key, step === '*' || step === key ? resolveAt(below, rest, folder) : below] as const,
  );
  return Object.fromEntries(entries);
}
