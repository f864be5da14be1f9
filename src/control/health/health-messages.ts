/** What main and the health thread say to each other. */
import type { PeerReport } from '../agreement/peer.ts';
import type { LogSeverity } from '../log/logging-config.ts';
import type { Drain } from './drains.ts';
import type { HealthPlan } from './health-plan.ts';
import type { HealthTotals, TargetReport } from './health-report.ts';
import type { StateChange } from './steering-states.ts';

/** `workerData` of the health thread. */
export interface HealthThreadStart {
  readonly plan: HealthPlan;
  readonly table: SharedArrayBuffer | undefined;
  /** Where verdicts and drains are kept; `undefined`: nowhere. */
  readonly keptPath: string | undefined;
}

export type ToHealthThread =
  | { readonly kind: 'configure'; readonly plan: HealthPlan; readonly table: SharedArrayBuffer | undefined }
  | { readonly kind: 'table'; readonly table: SharedArrayBuffer | undefined }
  | { readonly kind: 'drain'; readonly id: number; readonly drain: Drain }
  | { readonly kind: 'undrain'; readonly id: number; readonly name: string; readonly port: number | undefined }
  /** `zone`: of this one only, as HealthTarget.zone. */
  | { readonly kind: 'report'; readonly id: number; readonly zone: string | undefined }
  /** A peer asks by that name, and has signed with the key by that name; its answer has so much room for records. */
  | {
      readonly kind: 'peerQuestion';
      readonly id: number;
      readonly qname: Uint8Array;
      readonly keyName: string;
      readonly roomOctets: number;
    }
  /** Write what is kept, then end. */
  | { readonly kind: 'stop' };

/** One line of the log, in the category `health`. */
export interface HealthLine {
  readonly severity: LogSeverity;
  readonly message: string;
}

/** An SRV record that is drained, or was. */
export interface DrainedTarget {
  readonly zone: string;
  readonly owner: string;
  readonly target: string;
  readonly port: number;
  readonly ttlSeconds: number;
  /** Secondaries follow. */
  readonly isPublished?: boolean;
}

export type FromHealthThread =
  /** The states are set in the table already. */
  | { readonly kind: 'changes'; readonly states: readonly StateChange[]; readonly lines: readonly HealthLine[] }
  /** What was kept is in the table: states of the earlier run, and drains. */
  | { readonly kind: 'restored' }
  /** All who are to be asked have been asked once. */
  | { readonly kind: 'firstRound' }
  /** Of `drain` and `undrain`: the records that it is about. */
  | { readonly kind: 'drained'; readonly id: number; readonly targets: readonly DrainedTarget[] }
  /** A part of a report; the last has the totals. */
  | {
      readonly kind: 'report';
      readonly id: number;
      readonly targets: readonly TargetReport[];
      readonly totals: HealthTotals | undefined;
    }
  /** To `peerQuestion`: the texts that have room, and whether they are all. */
  | {
      readonly kind: 'peerAnswer';
      readonly id: number;
      readonly texts: readonly string[];
      readonly isWhole: boolean;
    }
  /** How much has been asked, now and then. */
  | { readonly kind: 'totals'; readonly totals: HealthTotals }
  /** How peers are: when that changes, and now and then. */
  | { readonly kind: 'peers'; readonly reports: readonly PeerReport[] }
  | { readonly kind: 'stopped' };
