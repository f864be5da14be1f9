import type { StoredZone } from '../../transfer/journal/stored-zone.ts';
import { emptyOverlay, type Overlay } from './overlay.ts';
import type { PublishWish } from './publish-wish.ts';

/** What the loader knows of a zone's publication, beside the zone itself. */
export class PublishedPart {
  /** The journal of what secondaries get; `undefined` where nothing is kept. */
  stored: StoredZone | undefined;
  /** In force. */
  overlay: Overlay = emptyOverlay;
  /** What shall be in force; what is, when the zone has been looked at. */
  wishes: readonly PublishWish[] = [];
  /** Of what main said last. */
  order = 0;
  /** Why nothing but the zone itself is published; `undefined`: something may be. */
  trouble: string | undefined;
  /** What was said last of a trouble: it is said once. */
  told: string | undefined;
  /** When the last serial of its own was published, on the clock of `performance.now`. */
  lastMs = Number.NEGATIVE_INFINITY;
  timer: NodeJS.Timeout | undefined;
  /** Of the timer, on the clock of `performance.now`. */
  dueMs = 0;
  /** Of what lies beside the zone; `undefined` where nothing does. */
  besideSerial: number | undefined;
  /** The configuration says `publish`; else only its serial is looked after, until the file's own is newer. */
  isWanted = true;

  /** Of the master file as it was last taken; `undefined` for a dynamic zone. */
  get fileSerial(): number | undefined {
    return this.stored?.published?.fileSerial;
  }
}
