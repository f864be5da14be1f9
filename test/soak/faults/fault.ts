import type { LoadTransport } from '../checker.ts';
import type { World } from '../world.ts';

/** Something bad that is done to the servers of a run, and is over when it resolves. */
export interface Fault {
  readonly name: string;
  /** Over which transports questions may stay without an answer meanwhile. */
  readonly losses: readonly LoadTransport[];
  /** What is asked of the control socket, of transfers and updates may fail meanwhile. */
  readonly isTrouble: boolean;
  inflict(world: World): Promise<void>;
}
