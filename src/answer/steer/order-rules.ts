import type { RrsetOrder, RrsetOrderRule } from '../../plane/answer-settings.ts';
import { Type } from '../../wire/codes.ts';
import { countLabels, equalNames, isAtOrBelow } from '../../wire/name.ts';

const noRules: readonly RrsetOrderRule[] = [];
/** `*` and its length. */
const wildcardOctets = 2;

/** `rrset-order`, made ready for look-ups. */
export class OrderRules {
  /** By the numbers of views. */
  private readonly byView: (readonly RrsetOrderRule[])[] = [];

  constructor(rules: readonly RrsetOrderRule[]) {
    for (const rule of rules) this.byView[rule.view] = [...(this.byView[rule.view] ?? []), rule];
  }

  get isEmpty(): boolean {
    return this.byView.length === 0;
  }

  /** How the records of a set are ordered whose owner stands at `octets[name]`. */
  find(view: number, type: number, octets: Uint8Array, name: number): RrsetOrder {
    const rules = this.byView[view] ?? noRules;
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i] as RrsetOrderRule;
      if ((rule.type === Type.any || rule.type === type) && fits(rule, octets, name)) return rule.order;
    }
    return 'fixed';
  }
}

function fits({ name: wanted }: RrsetOrderRule, octets: Uint8Array, name: number): boolean {
  if (wanted === undefined) return true;
  const isWildcard = wanted[0] === 1 && wanted[1] === asterisk;
  if (!isWildcard) return equalNames(octets, name, wanted, 0);
  return isAtOrBelow(octets, name, wanted, wildcardOctets) && countLabels(octets, name) >= countLabels(wanted, 0);
}

const asterisk = 0x2a;
