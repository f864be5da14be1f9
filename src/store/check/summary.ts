/** The last word on a zone that was refused: how many errors, of which kinds. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { nameText, type WireName } from '../../wire/name.ts';

/** For example `rapidtech.phones: 5 errors (4 records without a field, 1 unknown type); not loaded`. */
export function summarizeRefusal(apex: WireName, diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const byKind = Map.groupBy(errors, ({ code }) => kinds[code] ?? otherKind);
  const parts = [...byKind].map(([[one, many], { length }]) => `${length} ${length === 1 ? one : many}`);
  return `${nameText(apex)}: ${errors.length} error${errors.length === 1 ? '' : 's'} (${parts.join(', ')}); not loaded`;
}

type Kind = readonly [one: string, many: string];

const otherKind: Kind = ['other', 'others'];
const unbalanced: Kind = ['quote or parenthesis left open', 'quotes or parentheses left open'];
const badField: Kind = ['field with a wrong value', 'fields with a wrong value'];
const badDirective: Kind = ['wrong directive', 'wrong directives'];
const badTarget: Kind = ['target that cannot be reached', 'targets that cannot be reached'];
const badRegexp: Kind = ['wrong regexp', 'wrong regexps'];
const alone: Kind = ['record that must stand alone', 'records that must stand alone'];

const kinds: Readonly<Record<string, Kind>> = {
  ZF01: ['file that cannot be read', 'files that cannot be read'],
  ZF02: unbalanced,
  ZF03: unbalanced,
  ZF04: unbalanced,
  ZF07: ['unknown type', 'unknown types'],
  ZF08: ['record without a type', 'records without a type'],
  ZF09: ['wrong owner', 'wrong owners'],
  ZF10: ['record without an owner', 'records without an owner'],
  ZF11: ['wrong class', 'wrong classes'],
  ZF12: ['wrong TTL', 'wrong TTLs'],
  ZF13: ['record without a TTL', 'records without a TTL'],
  ZF14: badDirective,
  ZF15: badDirective,
  ZF16: badDirective,
  ZF17: badDirective,
  ZF18: badDirective,
  ZF20: ['record without a field', 'records without a field'],
  ZF21: ['record with a field too many', 'records with a field too many'],
  ZF22: badField,
  ZF23: badField,
  ZF24: badField,
  ZF25: badField,
  ZF26: badField,
  ZF27: badField,
  ZF28: badField,
  ZF29: badField,
  ZC01: ['missing SOA', 'missing SOAs'],
  ZC02: ['SOA too many', 'SOAs too many'],
  ZC03: ['SOA in the wrong place', 'SOAs in the wrong place'],
  ZC04: ['missing NS', 'missing NS'],
  ZC05: alone,
  ZC06: alone,
  ZC08: badTarget,
  ZC09: badTarget,
  ZC10: badTarget,
  ZC11: badTarget,
  ZC12: badTarget,
  SIP01: badTarget,
  SIP13: badRegexp,
  SIP15: badRegexp,
  SIP16: badRegexp,
};
