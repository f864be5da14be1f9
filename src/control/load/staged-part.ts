import type { Journal } from '../journal/journal.ts';
import type { JournalWrite } from '../journal/journal-database.ts';

/**
 * What secondaries get of a version that is not yet published, where that is not the zone alone (control/published): kept and published
 * with it, or not at all.
 */
export interface StagedPart {
  /** To be written with what is kept of the zone itself. */
  writes(journal: Journal): readonly JournalWrite[];
  /** It is durable: before the zone itself is published. */
  publish(): void;
  discard(): void;
}
