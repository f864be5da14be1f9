/** The one record object of a parser, filled again for each record. */
import { maxNameOctets, maxRdataOctets } from '../base/limits.ts';
import type { EntryLexer } from './entry-lexer.ts';
import type { PlacedRecord } from './record-sink.ts';

export class CurrentRecord implements PlacedRecord {
  readonly owner = new Uint8Array(maxNameOctets + 1);
  ownerOctets = 0;
  type = 0;
  class = 0;
  ttlSeconds = 0;
  /** `parseRdata` may write a name past the limit before it measures. */
  readonly rdata = new Uint8Array(maxRdataOctets + maxNameOctets + 1);
  rdataOctets = 0;
  file = '';
  /** Whose entry the places are in. */
  lexer: EntryLexer | undefined;
  /** Offsets in the lexer's octets. */
  ownerAt = 0;
  typeAt = 0;
  rdataAt = 0;

  get line(): number {
    return this.place(this.ownerAt).line;
  }
  get column(): number {
    return this.place(this.ownerAt).column;
  }
  get sourceLine(): string {
    return this.place(this.ownerAt).sourceLine;
  }
  get typeLine(): number {
    return this.place(this.typeAt).line;
  }
  get typeColumn(): number {
    return this.place(this.typeAt).column;
  }
  get rdataLine(): number {
    return this.place(this.rdataAt).line;
  }
  get rdataColumn(): number {
    return this.place(this.rdataAt).column;
  }
  get rdataSourceLine(): string {
    return this.place(this.rdataAt).sourceLine;
  }

  private place(at: number): { line: number; column: number; sourceLine: string } {
    return this.lexer === undefined ? { line: 1, column: 1, sourceLine: '' } : this.lexer.placeOf(at);
  }
}
