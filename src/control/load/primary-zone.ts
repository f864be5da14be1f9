/** Primary zones from their master files: at the start, at a reload, and by themselves where they are watched. */
import { isNewerSerial } from '../../base/serial.ts';
import type { BuiltZone, ZoneStore } from '../../store/zone-store.ts';
import type { Delta } from '../../transfer/journal/delta.ts';
import { forEachRecord } from '../../transfer/journal/record-octets.ts';
import { Type } from '../../wire/codes.ts';
import { printRecord } from '../../zonefile/print-record.ts';
import type { Journal, Step } from '../journal/journal.ts';
import type { ZoneLoaded, ZoneOutcome } from '../loader-messages.ts';
import type { PublishedZones } from '../published/published-zones.ts';
import { contentSignature, fileSignature } from './file-signature.ts';
import type { KeptZones } from './kept-zones.ts';
import type { LoaderReports } from './load-reports.ts';
import { decideStart } from './primary-start.ts';
import { noteReplayed, publishPlace } from './publish.ts';
import { masterFileOf, type ReadFile, readMasterFile } from './read-master-file.ts';
import { publishReplayed } from './replay.ts';
import { isSignedVersion } from './signed-version.ts';
import type { ZonePlace } from './zone-place.ts';
import { countDifferences, deltaBetween } from './zone-records.ts';

/**
 * `first-try`: refused while its files change, it may be tried again. `last-try`: what comes of it counts.
 * `raised`: only with a serial newer than the served one.
 */
export type LoadMode = 'first-try' | 'last-try' | 'raised';

type GoodFile = Extract<ReadFile, { readonly startMs: number }>;

export class PrimaryZones {
  private readonly store: ZoneStore;
  private readonly kept: KeptZones;
  private readonly reports: LoaderReports;
  private readonly published: PublishedZones;
  strict = false;

  constructor(store: ZoneStore, kept: KeptZones, reports: LoaderReports, published: PublishedZones) {
    this.store = store;
    this.published = published;
    this.kept = kept;
    this.reports = reports;
  }

  /** Read the file and take it, or say why not. Static zones are done when this returns; others are when it resolves. */
  load(place: ZonePlace, mode: LoadMode): ZoneOutcome | Promise<ZoneOutcome> {
    const read = readMasterFile(this.store, this.reports, place, this.strict);
    if (read.zone === undefined) return this.refuse(place, mode, read);
    this.published.recall(place);
    if (place.published === undefined) return this.loadPlain(place, mode, read);
    if (this.published.givesSerial(place, read.zone)) return this.takeSerial(place, mode, read);
    return this.loadBeside(place, mode, read);
  }

  private loadPlain(place: ZonePlace, mode: LoadMode, read: GoodFile): ZoneOutcome | Promise<ZoneOutcome> {
    if (place.isKept && this.kept.journal !== undefined) {
      const { journal } = this.kept;
      return place.serial === undefined ? this.start(place, read, journal) : this.reload(place, mode, read, journal);
    }
    if (place.isDynamic) place.trouble = this.kept.missing;
    return this.take(place, mode, read);
  }

  /** Health is published, and it changes nothing of how the zone itself is loaded: a dynamic zone, or one of which nothing can be published. */
  private async loadBeside(place: ZonePlace, mode: LoadMode, read: GoodFile): Promise<ZoneOutcome> {
    const wasStatic = place.isDynamic && place.stored === undefined && place.serial !== undefined;
    if (wasStatic && this.kept.journal !== undefined)
      return await this.loadStatic(place, mode, read, this.kept.journal);
    const outcome = await this.loadPlain(place, mode, read);
    if (place.isDynamic && this.published.needsJoin(place))
      await this.tryToKeep(place, () => this.published.join(place));
    else if (!place.isDynamic) this.published.follow(place);
    return outcome;
  }

  /** A zone that takes updates from now on, and whose file may have an older serial than the published one: it is written anew. */
  private async loadStatic(place: ZonePlace, mode: LoadMode, read: GoodFile, journal: Journal): Promise<ZoneOutcome> {
    const { zone } = read;
    const { store, published, kept } = this;
    const serial = place.serial as number;
    const file = { signature: contentSignature(place.files), serial: zone.serial };
    let outcome: ZoneOutcome;
    if (!isNewerSerial(zone.serial, serial)) store.setSerial(zone, serial);
    if (zone.serial === serial && this.hasSameContent(place, zone)) {
      try {
        await kept.keep(place, (to) => to.restart(place.id, undefined, serial, {}));
      } catch (error) {
        return this.notKept(place, zone, error);
      }
      outcome = this.tell(place, read, 0, () => store.discard(zone));
    } else {
      store.setSerial(zone, published.nextSerial(place, file));
      outcome = await this.reload(place, mode, read, journal);
    }
    await this.tryToKeep(place, () => kept.writeFile(place));
    return outcome;
  }

  /** A static zone whose serial is that of its file or, where health has been published since, a newer one. */
  private async takeSerial(place: ZonePlace, mode: LoadMode, read: GoodFile): Promise<ZoneOutcome> {
    const { zone } = read;
    const { published, store } = this;
    const file = { signature: contentSignature(place.files), serial: zone.serial };
    const isFirst = place.serial === undefined;
    const servedSerial = place.serial ?? published.lastSerial(place);
    const fileSerial = published.fileSerialOf(place);
    if (!isFirst && mode === 'raised' && fileSerial !== undefined && !isNewerSerial(file.serial, fileSerial)) {
      return this.leave(place, zone);
    }
    const publish = () => publishPlace(store, this.reports, place, zone, 'load');
    // As a newer serial is wanted, it is one in any case.
    if (servedSerial !== undefined && !isNewerSerial(file.serial, servedSerial)) {
      store.setSerial(zone, servedSerial);
      if (isFirst && published.isFileAsBefore(place, file) && published.resume(place, zone)) {
        await this.tryToKeep(place, () => published.noteFile(place, file));
        return this.tell(place, read, undefined, publish);
      }
      if (!isFirst && this.hasSameContent(place, zone)) {
        await this.tryToKeep(place, () => published.noteFile(place, file));
        return this.tell(place, read, 0, () => store.discard(zone));
      }
    }
    const serial = published.nextSerial(place, file);
    store.setSerial(zone, serial);
    try {
      const isSigned = isSignedVersion(store.reader, zone.version);
      const before = place.serial;
      await published.take(place, zone, file, publish);
      if (serial !== file.serial) this.sayOtherSerial(place, file.serial, serial);
      return this.told(place, read, { isSigned, previousSerial: before, differences: undefined });
    } catch (error) {
      return this.notTaken(place, error);
    }
  }

  private sayOtherSerial(place: ZonePlace, fileSerial: number, serial: number): void {
    const why = `its file has serial ${fileSerial}, and one that is as new has been published already`;
    this.say(place, 'warning', `${why}: the file is published as ${serial}`);
  }

  private hasSameContent(place: ZonePlace, zone: BuiltZone): boolean {
    return deltaBetween(this.store.reader, this.store.currentVersion(place.number), zone.version).isEmpty;
  }

  private refuse(
    place: ZonePlace,
    mode: LoadMode,
    { diagnostics, refusal }: ReadFile & { zone: undefined },
  ): ZoneOutcome {
    if (mode === 'first-try' && place.readSignature !== fileSignature(place.files)) {
      return { kind: 'changed', ...outcomeOf(place) };
    }
    return { kind: 'refused', ...outcomeOf(place), diagnostics, refusal, servedSerial: place.serial };
  }

  /** Nothing is kept of the zone but its file. */
  private take(place: ZonePlace, mode: LoadMode, read: GoodFile): ZoneOutcome {
    const previousSerial = place.serial;
    const { serial } = read.zone;
    if (mode === 'raised' && previousSerial !== undefined && !isNewerSerial(serial, previousSerial)) {
      return this.leave(place, read.zone);
    }
    const differences = this.differencesUnderSameSerial(place, read.zone);
    return this.tell(place, read, differences, () => publishPlace(this.store, this.reports, place, read.zone, 'load'));
  }

  /** The first load of a zone with a journal. */
  private async start(place: ZonePlace, read: GoodFile, journal: Journal): Promise<ZoneOutcome> {
    const { id, number } = place;
    const { zone } = read;
    const file = contentSignature(place.files);
    const stored = journal.readZone(id);
    if (stored !== undefined && stored !== 'damaged') place.stored = stored;
    const start = decideStart(journal, id, place.isDynamic, zone.serial, file);
    if (start.kind === 'trouble') {
      this.fail(place, start.trouble);
      return this.tell(place, read, undefined, () => publishPlace(this.store, this.reports, place, zone, 'load'));
    }
    if (start.kind === 'replay') {
      if (start.note !== undefined) this.say(place, 'warning', start.note);
      const outcome = this.tell(place, read, undefined, () => {
        const { applied, problem } = publishReplayed(this.store, number, zone, start.deltas);
        const damage = problem ?? start.damage;
        if (damage !== undefined) this.fail(place, damage);
        else if (applied > 0) this.say(place, 'info', 'journal rollforward completed successfully: success');
        noteReplayed(this.store, this.reports, place);
      });
      if (place.trouble === undefined) await this.tryToKeep(place, () => this.noteStart(place, zone.serial, file));
      return outcome;
    }
    if (start.setAside.length > 0) this.setAside(place, start.setAside);
    if (start.note !== undefined) this.say(place, 'warning', start.note);
    try {
      await this.kept.keep(place, (to) => to.restart(id, undefined, zone.serial, { file, isFrozen: place.frozen }));
    } catch (error) {
      // What is kept is of another time: it must not be gone on from.
      this.fail(place, `it can't be written: ${reasonOf(error)}`);
    }
    return this.tell(place, read, undefined, () => publishPlace(this.store, this.reports, place, zone, 'load'));
  }

  /** The file of a zone that is served and has a journal. */
  private async reload(place: ZonePlace, mode: LoadMode, read: GoodFile, journal: Journal): Promise<ZoneOutcome> {
    const { zone } = read;
    const serial = place.serial as number;
    const file = contentSignature(place.files);
    const writer = deltaBetween(this.store.reader, this.store.currentVersion(place.number), zone.version);
    if (place.trouble === undefined && isNewerSerial(zone.serial, serial) && writer.hasSoas) {
      const delta = writer.finish();
      const part = this.kept.stagePart(place, zone);
      try {
        const step = () => {
          const begun = this.beginIfNew(place, journal, serial);
          const appended = this.kept.append(journal, place, begun.zone, [delta]);
          const most = place.config.journalOctets;
          const step = journal.rebase(place.id, appended.zone, { file }, most, begun.zone.newest.mark);
          return { writes: [...begun.writes, ...appended.writes, ...step.writes], zone: step.zone };
        };
        await this.kept.keep(place, step, part);
      } catch (error) {
        part?.discard();
        return this.notKept(place, zone, error);
      }
      place.behindSinceMs = undefined;
      return this.tell(place, read, undefined, () => {
        part?.publish();
        publishPlace(this.store, this.reports, place, zone, 'load');
      });
    }
    // The served version of a dynamic zone has more than its file: only a newer serial says that the file counts.
    const isSame = zone.serial === serial && writer.isEmpty;
    if (isSame && place.stored === undefined) {
      try {
        await this.kept.keep(place, (to) => to.restart(place.id, undefined, serial, { file }));
      } catch (error) {
        return this.notKept(place, zone, error);
      }
    }
    if (place.isDynamic || mode === 'raised') return this.leave(place, zone, isSame);
    const differences = this.differencesUnderSameSerial(place, zone);
    if (zone.serial !== serial || !writer.isEmpty) {
      try {
        await this.kept.keep(place, (to) => to.restart(place.id, undefined, zone.serial, { file }));
      } catch (error) {
        return this.notKept(place, zone, error);
      }
    }
    return this.tell(place, read, differences, () => publishPlace(this.store, this.reports, place, zone, 'load'));
  }

  /** A zone that is served and was not kept before: what is on disk of it is of another time. */
  private beginIfNew(place: ZonePlace, journal: Journal, serial: number): Step {
    if (place.stored !== undefined) return { writes: [], zone: place.stored };
    return journal.restart(place.id, undefined, serial, {});
  }

  /** Do what publishes the file, and tell of it. */
  private tell(place: ZonePlace, read: GoodFile, differences: number | undefined, publish: () => void): ZoneOutcome {
    const isSigned = isSignedVersion(this.store.reader, read.zone.version);
    const previousSerial = place.serial;
    publish();
    return this.told(place, read, { isSigned, previousSerial, differences });
  }

  /** The file has been published. */
  private told(
    place: ZonePlace,
    { diagnostics, startMs }: GoodFile,
    known: Pick<ZoneLoaded, 'isSigned' | 'previousSerial' | 'differences'>,
  ): ZoneOutcome {
    place.servedSignature = place.readSignature;
    const { serial, records } = place;
    const loadMs = performance.now() - startMs;
    return {
      kind: 'loaded',
      ...outcomeOf(place),
      ...known,
      serial: serial as number,
      records,
      loadMs,
      diagnostics,
    };
  }

  /** The file is good and not taken: its serial is not newer. */
  private leave(place: ZonePlace, zone: BuiltZone, isSame = false): ZoneOutcome {
    const { serial } = zone;
    this.store.discard(zone);
    if (isSame) place.servedSignature = place.readSignature;
    return { kind: isSame ? 'same' : 'not-raised', ...outcomeOf(place), serial, servedSerial: place.serial as number };
  }

  private notKept(place: ZonePlace, zone: BuiltZone, error: unknown): ZoneOutcome {
    this.store.discard(zone);
    return this.notTaken(place, error);
  }

  private notTaken(place: ZonePlace, error: unknown): ZoneOutcome {
    const refusal = `the change can't be kept: ${reasonOf(error)}`;
    const { serial: servedSerial } = place;
    return { kind: 'refused', ...outcomeOf(place), diagnostics: [], refusal, servedSerial };
  }

  private differencesUnderSameSerial(place: ZonePlace, zone: BuiltZone): number | undefined {
    if (place.serial !== zone.serial) return undefined;
    return countDifferences(this.store.reader, this.store.currentVersion(place.number), zone.version);
  }

  /** What the disk has and what is served are known now: note it where that is news. */
  private async noteStart(place: ZonePlace, fileSerial: number, file: string): Promise<void> {
    const { stored } = place;
    if (stored === undefined) return;
    if (fileSerial !== place.serial) {
      place.behindSinceMs = performance.now();
      // An older file than the one that the journal counts on must not be needed again.
      if (fileSerial !== stored.base.serial) await this.kept.rebase(place);
      return;
    }
    if (stored.file === file && stored.base.mark === stored.newest.mark) return;
    await this.kept.keep(place, (to) => to.rebase(place.id, stored, { file }, place.config.journalOctets));
  }

  /** What is of use for a later start only: without it the zone is served all the same. */
  private async tryToKeep(place: ZonePlace, keep: () => Promise<void>): Promise<void> {
    try {
      await keep();
    } catch (error) {
      this.say(place, 'error', `what is kept of it can't be brought up to date: ${reasonOf(error)}`);
    }
  }

  private setAside(place: ZonePlace, deltas: readonly Delta[]): void {
    const first = deltas[0] as Delta;
    const last = deltas.at(-1) as Delta;
    const path = this.kept.setAside(place, deltasText(deltas), `${first.fromSerial}-${last.toSerial}.journal`);
    const changes = `changes from serial ${first.fromSerial} to ${last.toSerial} which the file may lack are set aside: ${path}`;
    this.say(place, 'warning', changes);
  }

  private fail(place: ZonePlace, trouble: string): void {
    place.trouble = trouble;
    const repair = `updates are refused; to go on with what is served, \`ringzone ctl thaw ${place.config.name}\``;
    this.say(place, 'error', `journal rollforward failed: ${trouble}`);
    this.say(
      place,
      'error',
      `the last good state is served; ${repair}; else restore data-dir from a backup and restart`,
    );
  }

  private say(place: ZonePlace, severity: 'info' | 'warning' | 'error', text: string): void {
    this.reports.say({ category: 'zoneload', severity, message: `zone ${place.title}: ${text}` });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function outcomeOf(place: ZonePlace) {
  const { name, class: zoneClass } = place.config;
  return { name, title: place.title, class: zoneClass, file: masterFileOf(place) };
}

/** As named-journalprint writes them. */
function deltasText(deltas: readonly Delta[]): string {
  let text = '';
  for (const { octets } of deltas) {
    let soas = 0;
    forEachRecord(octets, ({ owner, ttlSeconds, type, rdata, rdataOctets, ...record }) => {
      if (type === Type.soa) soas++;
      const line = printRecord(owner, 0, ttlSeconds, record.class, type, rdata, 0, rdataOctets);
      text += `${soas < 2 ? 'del' : 'add'} ${line}\n`;
    });
  }
  return text;
}
