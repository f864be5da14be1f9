/**
 * The RDATA fields of one record in presentation format, from left to right. The rows of the type table read from it;
 * the zone file's lexer is one implementation, so that this room need not know of files.
 */
export interface RdataTokens {
  /** The buffer that holds the tokens. Escapes are still in place: each field kind knows what they mean to it. */
  readonly octets: Uint8Array;
  /** The current token is `octets[start, end)`; quotes are outside of it. */
  readonly start: number;
  readonly end: number;
  /** Whether the current token stood in double quotes. */
  readonly quoted: boolean;
  /** What relative names end in: a valid name in wire format. */
  readonly origin: Uint8Array;
  /** Move to the next token; false when the record has no more. */
  next(): boolean;
  /** Go back before the current token, so that `next` gives it again. */
  putBack(): void;
  /** Note a problem at the current token (or at the record's end when there is none); returns -1 for the caller to return. */
  fail(code: RdataProblemCode, message: string, hint?: string): -1;
}

/** Stable codes of what can be wrong with a record's data; texts and examples in docs/diagnostics.md. */
export type RdataProblemCode =
  | 'ZF20' // a field is missing
  | 'ZF21' // more fields than the type has
  | 'ZF22' // not a number, or out of range
  | 'ZF23' // not an address
  | 'ZF24' // not a name, or too long
  | 'ZF25' // not base64, base32 or hexadecimal
  | 'ZF26' // a string over 255 octets
  | 'ZF27' // a mnemonic or keyword that is not known
  | 'ZF28' // RFC 3597 data whose length or content is wrong
  | 'ZF29'; // data that breaks a rule of its type
