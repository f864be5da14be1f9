/**
 * How the RDATA of each type is taken out of a message: which octets are copied as they are, and where names stand that
 * may be compressed. Follows from the rows of the type table.
 */
import { findRrType } from '../../rr/table.ts';
import { Type } from '../../wire/codes.ts';

/** `any` octets; `fixed`: so many, whatever they are; `checked`: looked at once they are copied; `names`: with names to read. */
export const RdataForm = { any: 0, fixed: 1, checked: 2, names: 3 } as const;
export type RdataForm = (typeof RdataForm)[keyof typeof RdataForm];

export interface RdataSteps {
  readonly form: RdataForm;
  /** `fixed`: octets of every value. */
  readonly octets: number;
  /** `names`: what follows what. */
  readonly fields: readonly StepField[];
}

export interface StepField {
  readonly isName: boolean;
  readonly check: (octets: Uint8Array, at: number, end: number) => number;
}

/** RFC 3597 §4: besides the types of RFC 1035, receivers should decompress the names of these. */
const decompressedTypes: ReadonlySet<number> = new Set([
  Type.rp,
  Type.afsdb,
  Type.rt,
  Type.sig,
  Type.px,
  Type.nxt,
  Type.naptr,
  Type.srv,
]);

const anyOctets: RdataSteps = { form: RdataForm.any, octets: 0, fields: [] };

/** The steps for a type; made once. */
export function rdataSteps(type: number): RdataSteps {
  return stepsByType.get(type) ?? remember(type);
}

const stepsByType = new Map<number, RdataSteps>();

function remember(type: number): RdataSteps {
  const row = findRrType(type);
  // Nothing is kept for a type that is not known: a peer could send all of them.
  if (row === undefined) return anyOctets;
  const steps = makeSteps(type);
  stepsByType.set(type, steps);
  return steps;
}

function makeSteps(type: number): RdataSteps {
  const row = findRrType(type);
  if (row?.fields === undefined) return anyOctets;
  const { fields } = row;
  const [only] = fields;
  if (fields.length === 1 && (only?.kind === 'ipv4' || only?.kind === 'ipv6')) {
    return { form: RdataForm.fixed, octets: only.fixedOctets, fields: [] };
  }
  const mayBeCompressed = decompressedTypes.has(type) || fields.some(({ names }) => names === 'compressible');
  if (!mayBeCompressed || row.rule !== undefined) return { form: RdataForm.checked, octets: 0, fields: [] };
  return {
    form: RdataForm.names,
    octets: 0,
    fields: fields.map(({ kind, check }) => ({ isName: kind === 'name', check })),
  };
}
