/** The configuration in force as a ringzone.yaml that says everything: what was written, and the defaults of what wasn't. */
import { stringify } from 'yaml';
import { AddedZones } from '../added-zones/added-zones.ts';
import { amendValues, zonesOf } from '../added-zones/amend-config.ts';
import type { Config } from '../config/config.ts';
import { configSchema } from '../config/schema.ts';
import { defaultViewName } from '../config/views.ts';
import { absolutePaths } from './absolute-paths.ts';
import { defaultValues, valuesOfServer } from './default-values.ts';
import { maskSecrets } from './mask-secrets.ts';

type Values = Readonly<Record<string, unknown>>;

/** Keys and values; paths are absolute, secrets are not shown. */
export function valuesInForce(config: Config): Values {
  const { value = {}, folder = process.cwd() } = config.written ?? {};
  const written = value as Values;
  const all: Values = {
    ...defaultValues,
    ...written,
    ...valuesOfServer(config, written),
    ...zonesInForce(config, written),
  };
  return maskSecrets(absolutePaths(inOrder(all), folder));
}

/** A file that `check` accepts, and with which the server could be started again once the secrets are put in. */
export function formatConfig(values: Values): string {
  const head = '# The configuration in force, with defaults; paths are absolute, secrets are replaced by zeros.\n';
  return `${head}${stringify(values, { lineWidth: 0, aliasDuplicateObjects: false })}`.trimEnd();
}

/** Those of the file, of the command line, and those that `ctl` has added or changed. */
function zonesInForce({ zones, optionZones = [], addedZones, written }: Config, file: Values): Values {
  const given = written === undefined ? zones : optionZones;
  const options = given.map(({ name, file: path }) => [name, { type: 'primary', file: path }] as const);
  const amended = amendValues(file, addedZones ?? new AddedZones(undefined, undefined)) as Values;
  if (amended.views !== undefined) return { views: amended.views };
  return { zones: { ...zonesOf(amended, defaultViewName), ...Object.fromEntries(options) } };
}

/** As the schema has them. */
function inOrder(values: Values): Values {
  const known = Object.keys(configSchema.shape).filter((key) => values[key] !== undefined);
  return Object.fromEntries(known.map((key) => [key, values[key]]));
}
