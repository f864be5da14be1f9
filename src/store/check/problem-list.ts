/** The problems found in one zone, bounded, each with the record that it is about. */
import type { Severity } from '../../base/diagnostic.ts';
import { maxDiagnostics } from '../../base/limits.ts';
import type { WireName } from '../../wire/name.ts';
import type { ContentCode, ContentProblemCode } from './codes.ts';

export interface ZoneProblem {
  readonly severity: Severity;
  readonly code: ContentProblemCode;
  readonly message: string;
  readonly hint: string;
  /** The record that a person must look at: its owner and type, by which its line is found. */
  readonly owner: WireName;
  readonly type: number;
  /** Tells one record of the set from the others: a copy of its RDATA. */
  readonly rdata: Uint8Array | undefined;
  /** What of the record is wrong: its owner, or its data. */
  readonly part: RecordPart;
}

export type RecordPart = 'owner' | 'data';

export class ProblemList {
  readonly problems: ZoneProblem[] = [];
  /** Problems beyond the limit, of which only the count is kept. */
  leftOut = 0;
  /** Errors among them: these, too, refuse the zone. */
  errorsLeftOut = 0;
  private readonly strict: boolean;

  constructor(strict: boolean) {
    this.strict = strict;
  }

  add(content: ContentCode, at: Place, message: string, hint: string): void {
    const severity = this.strict ? content.strict : content.severity;
    if (this.problems.length < maxDiagnostics) {
      const { owner, type, rdata, part = 'owner' } = at;
      this.problems.push({ severity, code: content.code, message, hint, owner, type, rdata, part });
      return;
    }
    this.leftOut++;
    if (severity === 'error') this.errorsLeftOut++;
  }
}

export interface Place {
  readonly owner: WireName;
  readonly type: number;
  readonly rdata?: Uint8Array | undefined;
  readonly part?: RecordPart;
}
