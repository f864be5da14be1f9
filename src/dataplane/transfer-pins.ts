import { ZoneReader } from '../store/zone-reader.ts';

/** Readers of zones that each hold one version for the time of one transfer. As many as there are, so many transfers go on at once. */
export class TransferPins {
  private readonly free: ZoneReader[];

  /** A worker that takes the place of one that died lets go of what that one's transfers held. */
  constructor(arena: SharedArrayBuffer, readerIndexes: readonly number[]) {
    this.free = readerIndexes.map((index) => new ZoneReader(arena, index));
  }

  /** A reader that holds the zones as they are now; `undefined` where all are in use. */
  take(): ZoneReader | undefined {
    const reader = this.free.pop();
    reader?.enter();
    return reader;
  }

  giveBack(reader: ZoneReader): void {
    reader.leave();
    this.free.push(reader);
  }
}
