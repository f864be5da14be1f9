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
