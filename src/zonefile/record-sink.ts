/** Where parsed records go. The parser reuses one record object and its buffers: a sink copies what it keeps. */
export interface RecordSink {
  /** Take one record. Its fields hold until the call returns. */
  addRecord(record: ParsedRecord): void;
}

export interface ParsedRecord {
  /** Owner in wire format, absolute, case as written, in `owner[0, ownerOctets)`. */
  readonly owner: Uint8Array;
  readonly ownerOctets: number;
  readonly type: number;
  readonly class: number;
  readonly ttlSeconds: number;
  /** RDATA in wire format, names uncompressed, case as written, in `rdata[0, rdataOctets)`. */
  readonly rdata: Uint8Array;
  readonly rdataOctets: number;
}

/**
 * A record that also knows where it stands. The places are getters that count lines and characters when asked and cost
 * nothing otherwise; like the other fields they hold only until `addRecord` returns.
 */
export interface PlacedRecord extends ParsedRecord {
  /** The file as shown in messages; of a record from `$INCLUDE` the included one. */
  readonly file: string;
  /** 1-based: where the owner stands, or the type where the line has no owner; for `$GENERATE` the directive. */
  readonly line: number;
  readonly column: number;
  /** 1-based: where the type stands. */
  readonly typeLine: number;
  readonly typeColumn: number;
  /** 1-based: where the first RDATA field stands, or the type where there is none. */
  readonly rdataLine: number;
  readonly rdataColumn: number;
  /** The text of `line`, without its end. */
  readonly sourceLine: string;
  /** The text of `rdataLine`. */
  readonly rdataSourceLine: string;
}

/** A sink that wants the places too; every `RecordSink` is one. */
export interface PlacedRecordSink {
  addRecord(record: PlacedRecord): void;
}
