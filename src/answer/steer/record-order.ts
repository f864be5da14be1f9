/** The records of one RRset in the order in which an answer gives them; one object per thread, filled again for each set. */

/** A set with more records is answered as the zone has it. */
export const maxOrderedRecords = 256;

export class RecordOrder {
  count = 0;
  /** For each record, in the zone's order: where its RDATA begins, after RDLENGTH, in the reader's octets. */
  readonly rdata = new Float64Array(maxOrderedRecords);
  /** Of SRV: as they are to be answered, and the weight to draw by. */
  readonly priority = new Uint16Array(maxOrderedRecords);
  readonly weight = new Uint16Array(maxOrderedRecords);
  readonly configuredWeight = new Uint16Array(maxOrderedRecords);
  readonly state = new Uint8Array(maxOrderedRecords);
  /** For sorting by something else than priority and place. */
  readonly score = new Float64Array(maxOrderedRecords);
  /** The records to be answered: `picked[0, pickedCount)` are indices into the arrays above. */
  readonly picked = new Uint16Array(maxOrderedRecords);
  pickedCount = 0;

  clear(): void {
    this.count = 0;
    this.pickedCount = 0;
  }

  /** Add a record that may be answered. */
  add(rdata: number): void {
    this.rdata[this.count] = rdata;
    this.picked[this.pickedCount++] = this.count++;
  }

  at(position: number): number {
    return this.picked[position] as number;
  }

  /** Move the record at `from` forward to `to`; those in between go back by one. */
  moveForward(from: number, to: number): void {
    const { picked } = this;
    const record = picked[from] as number;
    for (let i = from; i > to; i--) picked[i] = picked[i - 1] as number;
    picked[to] = record;
  }

  swap(a: number, b: number): void {
    const { picked } = this;
    const record = picked[a] as number;
    picked[a] = picked[b] as number;
    picked[b] = record;
  }

  /** Begin `[begin, end)` with the record that is `steps` further. */
  rotate(begin: number, end: number, steps: number): void {
    const size = end - begin;
    if (size < 2) return;
    // By three reversals, which need no room.
    const middle = begin + (steps % size);
    this.reverse(begin, middle);
    this.reverse(middle, end);
    this.reverse(begin, end);
  }

  private reverse(begin: number, end: number): void {
    for (let a = begin, b = end - 1; a < b; a++, b--) this.swap(a, b);
  }
}
