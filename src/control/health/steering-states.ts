import { SteeringKey } from '../../plane/steering/steering-key.ts';
import { TargetState } from '../../plane/steering/steering-policy.ts';
import { SteeringTable } from '../../plane/steering/steering-table.ts';
import { askSubject, type StateSubject } from './state-subject.ts';

/** A subject's key text and its state, for messages. */
export type StateChange = readonly [keyText: string, state: TargetState];

/**
 * The states of targets and addresses, by the text of their keys, and the newest steering table, in which they are set as soon as they
 * change.
 */
export class SteeringStates {
  private readonly key = new SteeringKey();
  /** Whatever is not up. */
  private readonly notUp = new Map<string, { readonly subject: StateSubject; readonly state: TargetState }>();
  private table: SteeringTable | undefined;

  /** From now on states are set here; `set` all of them, for some may have changed while it was made. */
  useTable(buffer: SharedArrayBuffer | undefined): void {
    this.table = buffer === undefined ? undefined : new SteeringTable(buffer);
  }

  stateOf(subject: StateSubject): TargetState {
    return this.notUp.get(subject.keyText)?.state ?? TargetState.up;
  }

  /** Give all of these their states. Gives those that had another. */
  set(wanted: Iterable<readonly [StateSubject, TargetState]>): readonly StateChange[] {
    const changes: StateChange[] = [];
    let isOther = false;
    for (const [subject, state] of wanted) {
      const text = subject.keyText;
      // The table may have it otherwise, being newer or older.
      isOther = this.write(subject, state) || isOther;
      if ((this.notUp.get(text)?.state ?? TargetState.up) === state) continue;
      if (state === TargetState.up) this.notUp.delete(text);
      else this.notUp.set(text, { subject, state });
      changes.push([text, state]);
    }
    if (isOther) this.table?.publish();
    return changes;
  }

  /** Forget all but these: they count as up. */
  keepOnly(texts: ReadonlySet<string>): readonly StateChange[] {
    const gone = [...this.notUp].filter(([text]) => !texts.has(text)).map(([, { subject }]) => subject);
    return this.set(gone.map((subject) => [subject, TargetState.up] as const));
  }

  /** Whether the table had another. */
  private write(subject: StateSubject, state: TargetState): boolean {
    const { table, key } = this;
    if (table === undefined) return false;
    askSubject(key, subject);
    const entry = table.find(key);
    return entry !== 0 && table.setState(entry, state);
  }
}
