/** What the parser of zone files takes and gives back. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { WireName } from '../wire/name.ts';
import type { PlacedRecordSink } from './record-sink.ts';
import type { OpenSource } from './zone-source.ts';

export interface ParseOptions {
  /** Path of the zone file, as shown in messages. */
  readonly file: string;
  /** The zone's apex, and the origin until the first `$ORIGIN`. */
  readonly apex: WireName;
  /** Default IN. */
  readonly zoneClass?: number | undefined;
  /** Default: the file system. */
  readonly open?: OpenSource | undefined;
  readonly sink: PlacedRecordSink;
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
  /**
   * Told of what an error has kept from the sink, listed or not. `owner` is a name in wire format that holds until the call
   * returns, `undefined` where records of any owner may be lost; `type` is 0 where it could not be told.
   */
  readonly onBrokenRecord?: ((owner: Uint8Array | undefined, type: number) => void) | undefined;
  /** The TTL in seconds of records without one before the first `$TTL`. Default: RFC 1035's rules alone. */
  readonly defaultTtl?: number | undefined;
  /** After so many diagnostics the rest is only counted. Default `maxDiagnostics` of base/limits.ts. */
  readonly maxDiagnostics?: number | undefined;
  /** Octets read at once; an entry longer than this grows the buffer. At least 4; for tests of the seams. */
  readonly chunkOctets?: number | undefined;
}

export interface ParseSummary {
  /** Records given to the sink. */
  readonly records: number;
  readonly errors: number;
  readonly warnings: number;
  /** Every file opened, the zone file first, each once; for change watching. */
  readonly files: readonly string[];
}
