import type { ZoneStore } from '../../store/zone-store.ts';
import { publishedIdOf } from '../../transfer/journal/zone-id.ts';
import type { DynamicFiles } from './dynamic-files.ts';
import { contentSignature } from './file-signature.ts';
import type { KeptZones } from './kept-zones.ts';
import { writeCopy } from './zone-copy.ts';
import type { ZonePlace } from './zone-place.ts';

/** Looks after journals for the operator; all of it in the zone's turn. Gives why it failed, `undefined` for success. */
export class JournalCare {
  private readonly store: ZoneStore;
  private readonly kept: KeptZones;
  private readonly dynamic: DynamicFiles;

  constructor(store: ZoneStore, kept: KeptZones, dynamic: DynamicFiles) {
    this.store = store;
    this.kept = kept;
    this.dynamic = dynamic;
  }

  /** Read all that is on disk of the zone: its record, its copy, and every difference. */
  check(place: ZonePlace): string | undefined {
    const { journal } = this.kept;
    if (!place.hasJournal) return 'the zone has no journal';
    const damage = this.checkPublished(place);
    if (damage !== undefined || !hasOwnJournal(place)) return damage;
    if (journal === undefined) return this.kept.missing;
    if (place.trouble !== undefined) return place.trouble;
    const stored = journal.readZone(place.id);
    if (stored === undefined) return 'nothing is kept of it';
    if (stored === 'damaged') return 'its record in the journal is damaged';
    const { copy } = stored;
    const damaged = copy === undefined ? undefined : journal.readCopy(place.id, copy, () => true);
    if (damaged !== undefined) return `its copy on disk is damaged: ${damaged}`;
    return journal.readChain(place.id, stored, stored.oldest.serial).damage;
  }

  /** Forget what the journal has of the zone and begin anew with what is served. */
  async reset(place: ZonePlace): Promise<string | undefined> {
    if (!place.hasJournal) return 'the zone has no journal';
    if (this.kept.journal === undefined) return this.kept.missing;
    // With trouble the changes behind what is served are lost: the serial goes on behind them.
    if (place.isDynamic) {
      return place.trouble === undefined ? await this.dynamic.sync(place, true) : await this.dynamic.thaw(place);
    }
    try {
      if (hasOwnJournal(place)) await this.beginAnew(place);
      else await this.beginPublishedAnew(place);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Of what secondaries get, where that has a journal of its own. */
  private checkPublished({ published, id }: ZonePlace): string | undefined {
    const { journal } = this.kept;
    if (published?.stored === undefined || journal === undefined) return undefined;
    const stored = journal.readZone(publishedIdOf(id));
    if (stored === undefined || stored === 'damaged') return 'its record of what is published is damaged';
    return journal.readChain(publishedIdOf(id), stored, stored.oldest.serial).damage;
  }

  private async beginPublishedAnew({ published, id }: ZonePlace): Promise<void> {
    const { journal } = this.kept;
    if (published?.stored === undefined || journal === undefined) return;
    const step = journal.restart(publishedIdOf(id), published.stored, published.stored.newest.serial, {});
    await journal.write(step);
    published.stored = step.zone;
  }

  private async beginAnew(place: ZonePlace): Promise<void> {
    const { id, serial, stored } = place;
    const { journal } = this.kept;
    if (journal === undefined) return;
    if (serial === undefined) {
      await journal.write(journal.forget(id));
      place.stored = undefined;
      return;
    }
    if (!place.isSecondary) {
      const file = contentSignature(place.files);
      await this.kept.keep(place, (to) => to.restart(id, undefined, serial, { file }));
      return;
    }
    await this.kept.keep(place, (to) => {
      const { copy, writes } = writeCopy(to, this.store, id, stored, this.store.currentVersion(place.number));
      const step = to.restart(id, undefined, serial, { copy });
      return { writes: [...writes, ...step.writes], zone: step.zone };
    });
  }
}

/** Of a static zone that is published there is but the journal of what secondaries get. */
function hasOwnJournal({ isKept, isDynamic, published }: ZonePlace): boolean {
  return isKept && (isDynamic || published?.stored === undefined);
}
