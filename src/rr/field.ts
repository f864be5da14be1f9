/**
 * A field of RDATA: how it is read from presentation format, checked on the wire and printed. A row of the type table
 * is a list of these. A field whose meaning depends on its neighbours (IPSECKEY's gateway) takes them all in one.
 */
import type { RdataTokens } from './rdata-tokens.ts';

export interface Field {
  /** The kind of value, for example `u16`; fields of one kind differ in their labels only. */
  readonly kind: string;
  /** What the value is, a noun for messages: `priority`. */
  readonly label: string;
  /** A value as a person could write it. */
  readonly example: string;
  /** Octets on the wire where every value has as many; else -1. */
  readonly fixedOctets: number;
  readonly names: NameRule;
  /**
   * Read the field's tokens, write its octets at `out[at]`. Returns where the next field begins, or -1 after
   * `tokens.fail`. Writes past the end of `out` are lost without an error: `parseRdata` measures the sum.
   */
  readonly parse: (tokens: RdataTokens, out: Uint8Array, at: number, mnemonic: string) => number;
  /** Where the valid value at `octets[at]` ends, at most `end`; -1 where it isn't valid. Never throws. */
  readonly check: (octets: Uint8Array, at: number, end: number) => number;
  /** The valid value at `octets[at]` in presentation format; undefined where it has none but RFC 3597's. */
  readonly format: (octets: Uint8Array, at: number, end: number) => string | undefined;
  /** Lower-case the names inside, where RFC 4034 §6.2 wants it. */
  readonly canonicalize: ((octets: Uint8Array, at: number, end: number) => void) | undefined;
}

/**
 * What may be done to the name that a field holds:
 * `compressible`: RFC 3597 §4 allows compression for the types of RFC 1035 only; their canonical form is lower case.
 * `lowered`: never compressed; lower case in canonical form (RFC 4034 §6.2).
 * `kept`: never compressed, never changed (RFC 6840 §5.1 and all later types).
 * `none`: no name here.
 */
export type NameRule = 'compressible' | 'lowered' | 'kept' | 'none';

type FieldSpec = Pick<Field, 'kind' | 'label' | 'example' | 'parse' | 'check' | 'format'> &
  Partial<Pick<Field, 'fixedOctets' | 'names' | 'canonicalize'>>;

/** Make a field; all fields get the same shape, so that walking a row stays quick. */
export function field(spec: FieldSpec): Field {
  return {
    kind: spec.kind,
    label: spec.label,
    example: spec.example,
    fixedOctets: spec.fixedOctets ?? -1,
    names: spec.names ?? 'none',
    parse: spec.parse,
    check: spec.check,
    format: spec.format,
    canonicalize: spec.canonicalize,
  };
}
