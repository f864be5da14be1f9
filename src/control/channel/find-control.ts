/** Where the socket of a server is that runs with a configuration; also with one that has errors just now. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { err, ok, type Result } from '../../base/result.ts';
import { reasonOf } from '../../zonefile/zone-source.ts';
import { defaultControl } from '../config/defaults.ts';
import { looksLikeNamedConf } from '../config/named-conf.ts';
import { configPlaces } from '../server/serve-plan.ts';

/** `configFile`: as named; `undefined`: looked for as `serve` does. The error is a sentence. */
export function findControl(configFile: string | undefined): Result<string, string> {
  const path = configFile ?? configPlaces.find((place) => existsSync(place));
  if (path === undefined) return ok(defaultControl);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // Whoever may speak to the server need not be one who may read its keys.
    if (configFile === undefined) return ok(defaultControl);
    return err(`cannot read ${path}: ${reasonOf(error)}`);
  }
  if (looksLikeNamedConf(path, text)) return ok(defaultControl);
  const control = parseDocument(text, { logLevel: 'silent' }).get('control');
  if (control === false) return err(`${path} turns the control socket off (control: false)`);
  return ok(typeof control === 'string' ? resolve(dirname(resolve(path)), control) : defaultControl);
}
