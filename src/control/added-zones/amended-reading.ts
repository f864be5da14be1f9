import { resolve } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { WrittenConfig } from '../config/build-config.ts';
import type { Config } from '../config/config.ts';
import { defaultDataDir } from '../config/defaults.ts';
import { parseBoolean } from '../config/values.ts';
import { AddedZones } from './added-zones.ts';
import { readAddedZones } from './added-zones-file.ts';
import { amendConfig } from './amend-config.ts';

/** Reads the zones that were added, once the configuration says where they are, and puts them in. For one reading. */
export class AmendedReading {
  private readonly dataDir: string | undefined;
  private added = new AddedZones(undefined, undefined);
  private problems: readonly Diagnostic[] = [];

  /** `dataDir`: that of the command line. The folder of a running server stays, whatever the file says now. */
  constructor(dataDir: string | undefined, inForce: Config | undefined) {
    this.dataDir = inForce?.dataDir ?? dataDir;
  }

  amend(written: WrittenConfig): WrittenConfig {
    const { 'data-dir': wished, 'allow-new-zones': allowed } = written.value as Readonly<Record<string, unknown>>;
    // A path that is none is told of with the rest.
    const dataDir = this.dataDir ?? resolve(written.folder, typeof wished === 'string' ? wished : defaultDataDir);
    const read = readAddedZones(resolve(dataDir));
    if (!read.ok) {
      // Without new zones nobody asks for the file: as BIND, which doesn't open its own.
      if (parseBoolean(allowed) === true) this.problems = read.error;
      return written;
    }
    if (parseBoolean(allowed) !== true) return withNote(written, read.value);
    this.added = read.value;
    return amendConfig(written, this.added);
  }

  /** The configuration that was read so, with the zones that were added. */
  finish(read: Result<Config, readonly Diagnostic[]>): Result<Config, readonly Diagnostic[]> {
    if (!read.ok) return err([...read.error, ...this.problems]);
    if (this.problems.length > 0) return err(this.problems);
    return ok({ ...read.value, addedZones: this.added.settled() });
  }
}

function withNote(written: WrittenConfig, { all, path }: AddedZones): WrittenConfig {
  const [first] = all;
  if (first === undefined) return written;
  const more = all.length === 1 ? '' : ` and ${all.length - 1} more`;
  const message = `zone ${first.name}${more} of ${path} not served, because allow-new-zones is off`;
  const hint = 'write allow-new-zones: true, or remove that file';
  const problem = written.source.problem('warning', 'CF40', message, ['allow-new-zones'], 'key', hint);
  return { ...written, diagnostics: [...written.diagnostics, problem] };
}
