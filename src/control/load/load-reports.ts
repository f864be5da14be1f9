import type { LoaderLine, SecondaryZone, ZoneOutcome, ZonePublished } from '../loader-messages.ts';
import type { PublishReport } from '../published/publish-messages.ts';

/** What the loader thread tells main. */
export interface LoaderReports {
  loading(name: string): void;
  outcome(outcome: ZoneOutcome): void;
  say(line: LoaderLine): void;
  published(published: ZonePublished): void;
  secondary(secondary: SecondaryZone): void;
  /** What has come of an order to publish health. */
  publishedHealth?(report: PublishReport): void;
}
