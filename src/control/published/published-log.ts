import { isNewerSerial } from '../../base/serial.ts';
import type { LoaderReports } from '../load/load-reports.ts';
import type { ZonePlace } from '../load/zone-place.ts';
import { describeOverlay } from './describe-overlay.ts';
import type { Overlay } from './overlay.ts';
import type { PublishedPart } from './published-part.ts';

/** What the log says of published zones, in the category `health`. A trouble that lasts is said once. */
export class PublishedLog {
  private readonly reports: Pick<LoaderReports, 'say'>;

  constructor(reports: Pick<LoaderReports, 'say'>) {
    this.reports = reports;
  }

  sayChange(place: ZonePlace, before: Overlay, after: Overlay, serial: number): void {
    if (before.digest === after.digest) return;
    if (place.published !== undefined) place.published.told = undefined;
    this.say(place, 'notice', `serial ${serial} is published: ${describeOverlay(before, after)}`);
  }

  sayTrouble(place: ZonePlace, part: PublishedPart): void {
    const last = part.stored?.newest.serial;
    const serial = place.serial as number;
    const isBehind = last !== undefined && last !== serial && !isNewerSerial(serial, last);
    const more = isBehind ? `, and secondaries have serial ${last}, which is newer than ${serial}: raise it` : '';
    this.sayOnce(place, part, 'error', `its health is not published: ${part.trouble}${more}`);
  }

  sayKeptSerial(place: ZonePlace, part: PublishedPart, fileSerial: number): void {
    const text = `its health is published no more, and secondaries have serial ${place.serial}`;
    this.sayOnce(place, part, 'notice', `${text}: it stays until that of the file (${fileSerial}) is newer`);
  }

  sayFailed(place: ZonePlace, part: PublishedPart, reason: string): void {
    this.sayOnce(place, part, 'error', `its health can't be published: ${reason}`);
  }

  sayDamaged(place: ZonePlace): void {
    const text =
      'the record of the serial that was published last is damaged: secondaries may have a newer one than its file';
    this.say(place, 'error', `${text}; compare, and raise that of the file`);
  }

  private sayOnce(place: ZonePlace, part: PublishedPart, severity: 'notice' | 'error', text: string): void {
    if (part.told === text) return;
    part.told = text;
    this.say(place, severity, text);
  }

  private say({ title }: ZonePlace, severity: 'notice' | 'error', text: string): void {
    this.reports.say({ category: 'health', severity, message: `zone ${title}: ${text}` });
  }
}
