import { askTarget, SteeringKey } from '../../plane/steering/steering-key.ts';
import { TargetState } from '../../plane/steering/steering-policy.ts';
import { SteeringTable } from '../../plane/steering/steering-table.ts';
import type { PlannedTarget } from './steering-plan.ts';

/** The states of a table, asked for by the records that it was made of. */
export class TargetStates {
  private readonly table: SteeringTable;
  private readonly key = new SteeringKey();

  constructor(table: SharedArrayBuffer) {
    this.table = new SteeringTable(table);
  }

  /** Differs whenever a state has changed. */
  get generation(): number {
    return this.table.generation();
  }

  /** The same number for records of one owner that name the same target and port; 0: the table has none. */
  entryOf({ zone, owner, target, port }: PlannedTarget): number {
    askTarget(this.key, zone.view, owner, 0, target, 0, port);
    return this.table.find(this.key);
  }

  stateOf(entry: number): TargetState {
    return entry === 0 ? TargetState.up : this.table.stateOf(entry);
  }
}
