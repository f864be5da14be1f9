/** `rrset-order`, as BIND has it: in what order the records of a set are answered, by class, type and name. The first rule that fits. */
import * as z from 'zod/mini';
import type { RrsetOrder, RrsetOrderRule } from '../../plane/answer-settings.ts';
import { findTypeCode } from '../../rr/mnemonics.ts';
import { Type } from '../../wire/codes.ts';
import { asWireName, type WireName } from '../../wire/name.ts';
import { leaf } from './leaf.ts';
import type { ParsedConfig } from './schema.ts';
import { parseWord, parseZoneName, show, ValueProblem } from './values.ts';

const order = leaf((input): RrsetOrder | ValueProblem => {
  const word = parseWord(['fixed', 'cyclic', 'random', 'none'])(input);
  return word === 'none' ? 'fixed' : word;
});

/** Sets of other classes are not served. */
const rrClass = leaf(parseWord(['in', 'any', 'ch', 'chaos', 'hs', 'hesiod', '*']));

const type = leaf((input): number | ValueProblem => {
  if (typeof input === 'string' && /^(any|\*)$/i.test(input)) return Type.any;
  const octets = new TextEncoder().encode(String(input));
  const found = findTypeCode(octets, 0, octets.length);
  if (found >= 0) return found;
  return new ValueProblem('CF37', `${show(input)} is not a type of records`, 'write A, SRV, TYPE65280, or any');
});

const name = leaf((input): WireName | undefined | ValueProblem => {
  if (input === '*') return undefined;
  const parsed = typeof input === 'string' ? parseZoneName(input.toLowerCase()) : undefined;
  if (parsed !== undefined && !(parsed instanceof ValueProblem)) return asWireName(parsed);
  return new ValueProblem('CF37', `${show(input)} is not a name of records`, 'write example.com, *.example.com, or *');
});

const rule = z.strictObject({
  class: z.optional(rrClass),
  type: z.optional(type),
  name: z.optional(name),
  order,
});

/** A word alone is for all records. */
export const rrsetOrderSchema = z.pipe(
  z.transform((input: unknown) => (typeof input === 'string' ? [{ order: input }] : input)),
  z.array(rule),
);

export const rrsetOrderKeys = Object.keys(rule.shape);

/** The rules of all views, whose own replace those of the top. */
export function buildRrsetOrder(
  parsed: ParsedConfig,
  views: readonly { readonly number: number; readonly name: string }[],
): readonly RrsetOrderRule[] | undefined {
  const rules = views.flatMap(({ number: view, name: viewName }) => {
    const written = parsed.views?.[viewName]?.['rrset-order'] ?? parsed['rrset-order'] ?? [];
    return written
      .filter((one) => ['in', 'any', '*'].includes(one.class ?? 'any'))
      .map((one) => ({ view, type: one.type ?? Type.any, name: one.name, order: one.order }));
  });
  return rules.length === 0 ? undefined : rules;
}
