/**
 * The numbers of answer-rules.ts, by type code, taken from the rows of the type table. Plain data: build.ts puts what this
 * file exports in its place, so that workers answer without the table, which is ten times as large as what they need of it.
 */

import { allRrTypes, type RrType } from './table.ts';

/** Types from here on have none of these rules: RFC 1035's are compressible, the last with an additional rule is LP (107). */
export const ruledTypes = 128;

const rows = Array.from({ length: ruledTypes }, (_, code) => allRrTypes.find((row) => row.code === code));

/** Octets before the first name that may be compressed; -1: there is none. */
export const compressiblePrefixes: readonly number[] = rows.map((row) =>
  row !== undefined && countCompressible(row) > 0 ? octetsBeforeName(row) : -1,
);

/** How many names may be compressed. */
export const compressibleCounts: readonly number[] = rows.map((row) =>
  row === undefined ? 0 : countCompressible(row),
);

/** Octets before the name whose addresses belong in the additional section; -1: there is none. */
export const additionalPrefixes: readonly number[] = rows.map((row) =>
  row?.additional === true ? octetsBeforeName(row) : -1,
);

function countCompressible({ fields = [] }: RrType): number {
  return fields.filter(({ names }) => names === 'compressible').length;
}

function octetsBeforeName({ fields = [] }: RrType): number {
  const end = fields.findIndex(({ names }) => names !== 'none');
  return fields.slice(0, end < 0 ? fields.length : end).reduce((sum, { fixedOctets }) => sum + fixedOctets, 0);
}
