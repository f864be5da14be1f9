import type { BrokenOwners } from './broken-owners.ts';
import type { CheckedZone } from './checked-zone.ts';
import type { ProblemList } from './problem-list.ts';

/** What every check is given. */
export interface CheckContext {
  readonly zone: CheckedZone;
  readonly list: ProblemList;
  readonly broken: BrokenOwners;
}
