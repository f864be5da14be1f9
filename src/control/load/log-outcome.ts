/** What is said about zones that were loaded or refused, in BIND's words. */

import { type Diagnostic, formatDiagnostic } from '../../base/diagnostic.ts';
import { isNewerSerial } from '../../base/serial.ts';
import type { ZoneChanged, ZoneLoaded, ZoneNotRaised, ZoneOutcome, ZoneRefused } from '../loader-messages.ts';
import type { Log } from '../log/log.ts';
import type { LogCategory } from '../log/logging-config.ts';
import { refusalLine } from './bind-result.ts';

export function logOutcome(log: Log, outcome: ZoneOutcome): void {
  switch (outcome.kind) {
    case 'loaded':
      logLoaded(log, outcome);
      break;
    case 'refused':
      logRefused(log, outcome);
      break;
    case 'not-raised':
      logNotRaised(log, outcome);
      break;
    case 'same':
      break;
    case 'changed':
      logChanged(log, outcome);
      break;
  }
}

/** `zone rapidtech.phones/IN: loaded serial 2012022302`, with BIND's word on a zone that is signed. */
export function formatLoadedZone(zone: Pick<ZoneLoaded, 'title' | 'serial' | 'isSigned'>): string {
  return `zone ${zone.title}: loaded serial ${zone.serial}${zone.isSigned ? ' (DNSSEC signed)' : ''}`;
}

export function logDiagnostics(log: Log, category: LogCategory, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) {
    const [message = '', ...rest] = formatDiagnostic(diagnostic).split('\n');
    const severity = diagnostic.severity === 'note' ? 'info' : diagnostic.severity;
    log.event(category, severity, message, rest.length === 0 ? {} : { detail: rest.join('\n') });
  }
}

function logLoaded(log: Log, loaded: ZoneLoaded): void {
  const { serial, previousSerial, records } = loaded;
  const zone = `zone ${loaded.title}`;
  logDiagnostics(log, 'zoneload', loaded.diagnostics);
  if (previousSerial === serial) logUnchangedSerial(log, zone, loaded);
  else if (previousSerial !== undefined && !isNewerSerial(serial, previousSerial)) {
    log.error('zoneload', `${zone}: zone serial (${serial}/${previousSerial}) has gone backwards`);
  }
  const fields = { records, ms: Math.round(loaded.loadMs) };
  log.info('zoneload', formatLoadedZone(loaded), { fields });
}

/** Said where the content has changed; a file that was only written again does no harm. */
function logUnchangedSerial(log: Log, zone: string, { serial, differences = 0 }: ZoneLoaded): void {
  if (differences === 0) return;
  log.error('zoneload', `${zone}: zone serial (${serial}) unchanged. zone may fail to transfer to secondaries.`, {
    detail: `${differences} record${differences === 1 ? '' : 's'} changed: raise the serial, or secondaries keep the old ones`,
  });
}

function logRefused(log: Log, refused: ZoneRefused): void {
  const zone = `zone ${refused.title}`;
  const counts = countErrors(refused.refusal);
  logDiagnostics(log, 'zoneload', refused.diagnostics);
  const reason = refusalLine(refused.title, refused.file, refused.diagnostics, counts);
  if (reason !== undefined) log.error('zoneload', reason, counts === refused.refusal ? {} : { detail: counts });
  log.error('zoneload', `${zone}: not loaded due to errors.`);
  if (refused.servedSerial !== undefined) {
    log.notice('zoneload', `${zone}: serial ${refused.servedSerial}, loaded before, stays in service`);
  }
}

function logNotRaised(log: Log, { title, serial, servedSerial }: ZoneNotRaised): void {
  const message = `file changed, but its serial ${serial} is not newer than the served ${servedSerial}`;
  log.warning('zoneload', `zone ${title}: ${message}; raise it, or reload (SIGHUP) to take the file as it is`);
}

function logChanged(log: Log, { title, file }: ZoneChanged): void {
  log.warning('zoneload', `zone ${title}: ${file} changed while it was read; it is read again in a second`);
}

/** Why a zone was refused, without its name and the verdict, which stand beside it. */
export function countErrors(refusal: string): string {
  return /: (\d+ errors? .*); not loaded$/.exec(refusal)?.[1] ?? refusal;
}
