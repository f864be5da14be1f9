import type { Diagnostic } from '../../base/diagnostic.ts';
import { checkZonemd } from '../../dnssec/zonemd.ts';
import { loadZoneFile } from '../../store/load-zone.ts';
import type { BuiltZone, ZoneStore } from '../../store/zone-store.ts';
import { countReads } from '../../zonefile/counted-source.ts';
import { Pace, progressLogMs } from '../progress/pace.ts';
import { fileSignature } from './file-signature.ts';
import type { LoaderReports } from './load-reports.ts';
import type { ZonePlace } from './zone-place.ts';

export type ReadFile =
  /** To be published or discarded by the caller. */
  | { readonly zone: BuiltZone; readonly diagnostics: readonly Diagnostic[]; readonly startMs: number }
  | { readonly zone: undefined; readonly diagnostics: readonly Diagnostic[]; readonly refusal: string };

/** Read the zone's master file, and note in its place what was read. */
export function readMasterFile(store: ZoneStore, reports: LoaderReports, place: ZonePlace, strict: boolean): ReadFile {
  const { apex, class: zoneClass, zonemdVerify } = place.config;
  const file = masterFileOf(place);
  const startMs = performance.now();
  // Taken before reading: a change meanwhile makes it differ, and is then read again.
  const signatures = new Map(place.files.map((path) => [path, fileSignature([path])]));
  reports.loading(place.config.name);
  const pace = new Pace(progressLogMs);
  const {
    zone,
    diagnostics,
    refusal = '',
    files,
  } = loadZoneFile(store, {
    file,
    apex,
    zoneClass,
    strict,
    checks: zonemdVerify ? [checkZonemd] : [],
    open: countReads(file, (makeText) => {
      if (!pace.isDue()) return;
      const message = `zone ${place.title}: loading: ${makeText()}`;
      reports.say({ category: 'zoneload', severity: 'info', message });
    }),
  });
  place.files = [file, ...files.filter((path) => path !== file)];
  place.readSignature = place.files.map((path) => signatures.get(path) ?? fileSignature([path])).join(' ');
  place.changing = undefined;
  return zone === undefined ? { zone, diagnostics, refusal } : { zone, diagnostics, startMs };
}

export function masterFileOf({ config }: ZonePlace): string {
  // A primary without one is refused by the configuration.
  return config.file ?? '';
}
