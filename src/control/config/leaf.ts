import * as z from 'zod/mini';
import { ValueProblem } from './values.ts';

/** A leaf whose parser says what is wrong, as a zod schema. */
export function leaf<T>(parse: (input: unknown) => T | ValueProblem) {
  return z.transform((input: unknown, context): T => {
    const value = parse(input);
    if (!(value instanceof ValueProblem)) return value;
    const params = { cf: value.code, hint: value.hint };
    context.issues.push({ code: 'custom', message: value.message, input, params });
    return z.NEVER;
  });
}
