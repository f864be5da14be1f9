/** The master files of dynamic zones: written by the server, and read again when a person has edited them. */
import { copyFileSync, existsSync } from 'node:fs';
import { putU32 } from '../../base/octets.ts';
import { isNewerSerial } from '../../base/serial.ts';
import type { ZoneStore } from '../../store/zone-store.ts';
import { serialBehind } from '../../transfer/update/apply-updates.ts';
import { Type } from '../../wire/codes.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';
import type { ZoneOutcome } from '../loader-messages.ts';
import { contentSignature, fileSignature } from './file-signature.ts';
import type { KeptZones } from './kept-zones.ts';
import type { LoaderReports } from './load-reports.ts';
import type { PrimaryZones } from './primary-zone.ts';
import { publishPlace } from './publish.ts';
import { masterFileOf } from './read-master-file.ts';
import { writeAtomically } from './write-atomically.ts';
import type { ZonePlace } from './zone-place.ts';
import { visitRecords } from './zone-records.ts';
import { writeZoneText } from './zone-text.ts';

/** All of it in the zone's turn. Commands give why they failed, `undefined` for success. */
export class DynamicFiles {
  private readonly store: ZoneStore;
  private readonly kept: KeptZones;
  private readonly primaries: PrimaryZones;
  private readonly reports: LoaderReports;

  constructor(store: ZoneStore, kept: KeptZones, primaries: PrimaryZones, reports: LoaderReports) {
    this.store = store;
    this.kept = kept;
    this.primaries = primaries;
    this.reports = reports;
    kept.writeFile = (place) => this.write(place);
  }

  /** Bring the file to what is served; `clean`: forget the journal as well. */
  async sync(place: ZonePlace, clean = false): Promise<string | undefined> {
    const refusal = this.refusal(place);
    if (refusal !== undefined) return refusal;
    return await problemOf(async () => {
      if (!place.frozen) await this.bringUp(place);
      if (clean) await this.kept.keep(place, (to) => to.restart(place.id, place.stored, place.serial as number, {}));
    });
  }

  async freeze(place: ZonePlace): Promise<string | undefined> {
    const refusal = this.refusal(place) ?? (place.frozen ? 'it is frozen already' : undefined);
    if (refusal !== undefined) return refusal;
    return await problemOf(async () => {
      await this.bringUp(place);
      await this.keepFrozen(place, true);
    });
  }

  /** Take the file as it was edited, then updates again. With trouble: go on with what is served. */
  async thaw(place: ZonePlace): Promise<string | undefined> {
    if (
      place.trouble !== undefined &&
      this.kept.journal !== undefined &&
      place.isDynamic &&
      place.serial !== undefined
    ) {
      return await problemOf(() => this.acceptLoss(place));
    }
    const refusal = this.refusal(place);
    if (refusal !== undefined) return refusal;
    return await problemOf(async () => {
      const outcome = await this.takeEdits(place);
      if (outcome !== undefined && !isTaken(outcome)) throw new Error(refusalOf(outcome));
      if (place.frozen) await this.keepFrozen(place, false);
    });
  }

  /** Write the file as the zone is published, and note that the disk has it. */
  async write(place: ZonePlace): Promise<void> {
    const file = await this.writeText(place);
    const { stored } = place;
    if (stored === undefined) return;
    await this.kept.keep(place, (to) => to.rebase(place.id, stored, { file }, place.config.journalOctets));
    place.behindSinceMs = undefined;
  }

  private refusal(place: ZonePlace): string | undefined {
    if (!place.isDynamic) return 'it is not a dynamic zone';
    if (place.serial === undefined) return 'it is not loaded';
    return place.trouble;
  }

  /** Where somebody has edited the file of a zone that wasn't frozen: with a newer serial it counts, else it is kept beside. */
  private async bringUp(place: ZonePlace): Promise<void> {
    const outcome = await this.takeEdits(place);
    if (outcome?.kind === 'loaded') return;
    const { stored } = place;
    const isBehind = stored === undefined || stored.base.mark !== stored.newest.mark;
    if (outcome !== undefined && outcome.kind !== 'same') this.keepEdited(place);
    else if (!isBehind && existsSync(masterFileOf(place))) return;
    await this.write(place);
  }

  /** `undefined`: nobody has edited it. */
  private async takeEdits(place: ZonePlace): Promise<ZoneOutcome | undefined> {
    const signature = fileSignature(place.files);
    if (signature === place.servedSignature) return undefined;
    if (!existsSync(masterFileOf(place))) return undefined;
    if (place.stored?.file === contentSignature(place.files)) {
      place.servedSignature = place.readSignature = signature;
      return undefined;
    }
    const outcome = await this.primaries.load(place, 'last-try');
    this.reports.outcome(outcome);
    return outcome;
  }

  private keepEdited(place: ZonePlace): void {
    const file = masterFileOf(place);
    const copy = `${file}.edited`;
    copyFileSync(file, copy);
    const why = 'was edited while the zone was not frozen, and can not be taken';
    this.say(place, 'warning', `${file} ${why}: it is overwritten, what was edited is kept as ${copy}`);
  }

  /** Gives the signature of its content. */
  private async writeText(place: ZonePlace): Promise<string> {
    const path = masterFileOf(place);
    const { reader } = this.store;
    await writeAtomically(path, (write) => writeZoneText(reader, this.store.currentVersion(place.number), write));
    place.files = [path];
    place.servedSignature = place.readSignature = fileSignature(place.files);
    return contentSignature(place.files);
  }

  private async keepFrozen(place: ZonePlace, isFrozen: boolean): Promise<void> {
    const { stored } = place;
    if (stored === undefined) throw new Error('nothing is kept of it');
    await this.kept.keep(place, (to) => to.putZone(place.id, { ...stored, isFrozen }));
  }

  /**
   * The journal's changes behind what is served are lost: go on from here, with a serial newer than all that secondaries may
   * have seen.
   */
  private async acceptLoss(place: ZonePlace): Promise<void> {
    const served = place.serial as number;
    const seen = [place.stored, place.published?.stored].flatMap((stored) => stored?.newest.serial ?? []);
    const serial = serialBehind(
      seen.reduce((newest, other) => (isNewerSerial(other, newest) ? other : newest), served),
    );
    const built = this.withSerial(place, serial);
    // What is kept of it begins anew, too, when the zone is looked at next.
    if (place.published !== undefined) place.published.stored = undefined;
    this.kept.stagePart(place, built)?.publish();
    publishPlace(this.store, this.reports, place, built, 'other');
    const file = await this.writeText(place);
    await this.kept.keep(place, (to) => to.restart(place.id, undefined, serial, { file }));
    place.trouble = undefined;
    place.behindSinceMs = undefined;
    this.say(place, 'notice', `goes on with serial ${serial}; its journal begins anew`);
  }

  private withSerial(place: ZonePlace, serial: number) {
    const { reader } = this.store;
    reader.renew();
    let soa: ParsedRecord | undefined;
    visitRecords(reader, this.store.currentVersion(place.number), (record) => {
      if (record.type === Type.soa) soa = { ...record, owner: record.owner.slice(), rdata: record.rdata.slice() };
    });
    if (soa === undefined) throw new Error('the zone has no SOA');
    const change = this.store.startChange(place.number);
    change.removeRecord(soa);
    putU32(soa.rdata, soa.rdataOctets - 20, serial);
    change.addRecord(soa);
    return change.finish();
  }

  private say(place: ZonePlace, severity: 'notice' | 'warning', text: string): void {
    this.reports.say({ category: 'general', severity, message: `zone ${place.title}: ${text}` });
  }
}

function isTaken({ kind }: ZoneOutcome): boolean {
  return kind === 'loaded' || kind === 'same';
}

function refusalOf(outcome: ZoneOutcome): string {
  if (outcome.kind === 'refused') return `its file has errors: ${outcome.refusal}`;
  if (outcome.kind !== 'not-raised') return 'its file changed while it was read';
  const { serial, servedSerial } = outcome;
  return `its file changed, but its serial ${serial} is not newer than the served ${servedSerial}; raise it and thaw again`;
}

async function problemOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
