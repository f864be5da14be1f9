/** The names of a zone out of its master file, as the server's own parser reads it. */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { WireName } from '../../../wire/name.ts';
import { parseZone } from '../../../zonefile/parse-zone.ts';
import type { OpenSource } from '../../../zonefile/zone-source.ts';
import { ZoneNames } from './zone-names.ts';

export interface NamesFromFile {
  readonly names: ZoneNames;
  /** Errors only; what could be read is in `names`. */
  readonly errors: readonly Diagnostic[];
}

export function readNames(file: string, apex: WireName, zoneClass: number, open?: OpenSource): NamesFromFile {
  const names = new ZoneNames(apex);
  const errors: Diagnostic[] = [];
  const onDiagnostic = (diagnostic: Diagnostic): void => {
    if (diagnostic.severity === 'error') errors.push(diagnostic);
  };
  parseZone({ file, apex, zoneClass, sink: names, onDiagnostic, open });
  return { names, errors };
}
