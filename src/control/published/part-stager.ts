import { isNewerSerial } from '../../base/serial.ts';
import type { VersionRef } from '../../store/zone-reader.ts';
import type { BuiltZone, ZoneStore } from '../../store/zone-store.ts';
import type { StoredZone } from '../../transfer/journal/stored-zone.ts';
import { publishedIdOf } from '../../transfer/journal/zone-id.ts';
import type { Journal, Step } from '../journal/journal.ts';
import type { JournalWrite } from '../journal/journal-database.ts';
import type { KeptZones } from '../load/kept-zones.ts';
import type { StagedPart } from '../load/staged-part.ts';
import type { ZonePlace } from '../load/zone-place.ts';
import { NotDurableError } from '../load/zone-writer.ts';
import { buildOverlay, emptyOverlay, findObstacle, findOverlay, type Overlay } from './overlay.ts';
import { storeWishes } from './publish-wish.ts';
import { publishedDelta } from './published-delta.ts';
import type { PublishedLog } from './published-log.ts';
import type { PublishedPart } from './published-part.ts';

/** Of the master file that a version was read from. */
export interface TakenFile {
  readonly signature: string;
  readonly serial: number;
}

/** Makes what lies beside a version, and what the journal of it is told. */
export class PartStager {
  private readonly store: ZoneStore;
  private readonly kept: KeptZones;
  private readonly log: PublishedLog;

  constructor(store: ZoneStore, kept: KeptZones, log: PublishedLog) {
    this.store = store;
    this.kept = kept;
    this.log = log;
  }

  /** For a new version, or the one that is served where there is none. `undefined`: secondaries get the zone alone. */
  stage(place: ZonePlace, built: BuiltZone | undefined, file?: TakenFile): StagedPart | undefined {
    const { published } = place;
    if (published === undefined) return undefined;
    const { store, log } = this;
    const { reader } = store;
    const version = built?.version ?? store.currentVersion(place.number);
    const serial = built?.serial ?? (place.serial as number);
    const trouble = this.kept.missing ?? findObstacle(reader, version);
    const hasWishes = trouble === undefined && published.isWanted;
    const overlay = hasWishes ? findOverlay(reader, version, published.wishes) : emptyOverlay;
    const { publishedNumber } = place;
    const beside = publishedNumber === undefined ? undefined : buildOverlay(store, place.id.apex, version, overlay);
    let stored: StoredZone | undefined;
    return {
      writes: (journal) => {
        const step = this.journalStep(journal, place, serial, { version, overlay }, file);
        stored = step.zone;
        return step.writes;
      },
      publish: () => {
        if (beside !== undefined && publishedNumber !== undefined) store.publish(publishedNumber, beside);
        log.sayChange(place, published.overlay, overlay, serial);
        Object.assign(published, { overlay, trouble, stored, besideSerial: serial });
      },
      discard: () => {
        if (beside !== undefined) store.discard(beside);
      },
    };
  }

  /** Put it beside a version that is published, or will be at once; nothing is kept. */
  publishBeside(place: ZonePlace, version: VersionRef, overlay: Overlay): void {
    const { published, publishedNumber } = place;
    if (published === undefined) return;
    published.overlay = overlay;
    if (publishedNumber === undefined) return;
    const built = buildOverlay(this.store, place.id.apex, version, overlay);
    published.besideSerial = built.serial;
    this.store.publish(publishedNumber, built);
  }

  /** Rejects with `NotDurableError`. */
  async write(writes: ((journal: Journal) => readonly JournalWrite[]) | undefined): Promise<void> {
    const { journal } = this.kept;
    if (writes === undefined) return;
    if (journal === undefined) throw new NotDurableError(this.kept.missing ?? '');
    try {
      this.kept.markPublished();
      await journal.write({ writes: writes(journal) });
    } catch (error) {
      throw new NotDurableError(error instanceof Error ? error.message : String(error));
    }
  }

  /** What leads on from what secondaries have; the journal begins anew where nothing does. */
  private journalStep(
    journal: Journal,
    place: ZonePlace,
    serial: number,
    to: { readonly version: VersionRef; readonly overlay: Overlay },
    file: TakenFile | undefined,
  ): Step {
    const { store } = this;
    const part = place.published as PublishedPart;
    const id = publishedIdOf(place.id);
    const before = part.stored;
    const change = recordOf(place, part, to.overlay, file);
    const isNext = before !== undefined && before.newest.serial === place.serial && isNewerSerial(serial, place.serial);
    const from = { version: store.currentVersion(place.number), overlay: part.overlay };
    const delta = isNext && from.version !== 0 ? publishedDelta(store.reader, from, to) : undefined;
    if (delta === undefined || before === undefined || journal.hasSerial(id, before, delta.toSerial))
      return journal.restart(id, before, serial, change);
    const most = place.config.journalOctets;
    const appended = journal.append(id, before, [delta], most);
    // Nothing of it is needed at a start: all of it may be dropped where it is too much.
    const step = journal.rebase(id, appended.zone, change, most, before.newest.mark);
    return { writes: [...appended.writes, ...step.writes], zone: step.zone };
  }
}

/** What is known at the next start; the file of a dynamic zone is the server's own. */
function recordOf(
  { isDynamic }: ZonePlace,
  { wishes, stored }: PublishedPart,
  { digest }: Overlay,
  taken: TakenFile | undefined,
): Pick<StoredZone, 'published' | 'file'> {
  const file = isDynamic ? undefined : (taken?.signature ?? stored?.file);
  const fileSerial = isDynamic ? undefined : (taken?.serial ?? stored?.published?.fileSerial);
  return { file, published: { wishes: storeWishes(wishes), digest, fileSerial } };
}
