import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUpdateGranted, mayUpdate, type UpdateRule } from '../../../../src/transfer/update/update-rule.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

const zone = 'z.test';
const [a, ns, soa, txt, rrsig, nsec, any] = [1, 2, 6, 16, 46, 47, 255];
const matches = ['name', 'subdomain', 'zonesub', 'wildcard', 'self', 'selfsub', 'selfwild'] as const;

interface TextRule {
  readonly action: 'grant' | 'deny';
  readonly identity: string;
  readonly match: (typeof matches)[number];
  readonly name: string;
  readonly types: readonly number[];
}

const names = [zone, 'a.z.test', 'b.a.z.test', 'c.b.a.z.test', 'x.z.test', 'z.test.other'];
const patterns = [...names, '*.z.test', '*.a.z.test'];
const rule = fc.record<TextRule>({
  action: fc.constantFrom('grant', 'deny'),
  identity: fc.constantFrom(...patterns, '*'),
  match: fc.constantFrom(...matches),
  name: fc.constantFrom(...patterns),
  types: fc.constantFrom([], [a], [any], [txt, ns]),
});

function ruleOf({ identity, name, ...rest }: TextRule): UpdateRule {
  return { ...rest, identity: wireNameFrom(`${identity}.`), name: wireNameFrom(`${name}.`) };
}

/** The same over texts. BIND's manual, "Dynamic Update Policies". */
function naive(rules: readonly TextRule[], signer: string, owner: string, type: number): boolean {
  const below = (name: string, parent: string) => parent === '' || name === parent || name.endsWith(`.${parent}`);
  const matchesWildcard = (name: string, pattern: string) => {
    const parent = pattern.slice(2);
    return name !== parent && below(name, parent);
  };
  const isBy = (pattern: string) => (pattern.startsWith('*') ? matchesWildcard(signer, pattern) : signer === pattern);
  const isAt = ({ match, name }: TextRule) =>
    ({
      name: owner === name,
      subdomain: below(owner, name),
      zonesub: below(owner, zone),
      wildcard: name.startsWith('*') ? matchesWildcard(owner, name) : false,
      self: owner === signer,
      selfsub: below(owner, signer),
      selfwild: owner !== signer && below(owner, signer),
    })[match];
  const isOf = ({ types }: TextRule) => {
    if (types.length === 0) return ![ns, soa, rrsig, nsec, 50].includes(type);
    return types.includes(type) || (types.includes(any) && type !== nsec && type !== 50);
  };
  return rules.find((one) => isBy(one.identity) && isAt(one) && isOf(one))?.action === 'grant';
}

describe('isUpdateGranted', () => {
  it('is what the manual says', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 4 }),
        fc.constantFrom(...names),
        fc.constantFrom(...names),
        fc.constantFrom(a, ns, soa, txt, rrsig, nsec),
        (rules, signer, owner, type) => {
          // A pattern that is no wildcard is none that the configuration takes for one.
          const good = rules.filter(({ match, name }) => match !== 'wildcard' || name.startsWith('*'));
          const wire = (text: string) => wireNameFrom(`${text}.`);
          const granted = isUpdateGranted(good.map(ruleOf), wire(signer), wire(zone), wire(owner), type);
          expect(granted).toBe(naive(good, signer, owner, type));
          // Who is granted something could be granted anything.
          if (granted) expect(mayUpdate(good.map(ruleOf), wire(signer))).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
