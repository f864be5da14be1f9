/** Names of classes; apart from those of types, which come with their whole table. */
import { Class } from '../wire/codes.ts';

/** IN, CH, HS, NONE, ANY, or `CLASSnnn`. */
export function classText(code: number): string {
  switch (code) {
    case Class.in:
      return 'IN';
    case Class.ch:
      return 'CH';
    case Class.hs:
      return 'HS';
    case Class.none:
      return 'NONE';
    case Class.any:
      return 'ANY';
    default:
      return `CLASS${code}`;
  }
}
