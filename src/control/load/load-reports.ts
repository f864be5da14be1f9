import type { LoaderLine, SecondaryZone, ZoneOutcome, ZonePublished } from '../loader-messages.ts';

/** What the loader thread tells main. */
export interface LoaderReports {
  loading(name: string): void;
  outcome(outcome: ZoneOutcome): void;
  say(line: LoaderLine): void;
  published(published: ZonePublished): void;
  secondary(secondary: SecondaryZone): void;
}
