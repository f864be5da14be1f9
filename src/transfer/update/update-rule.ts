import { Type } from '../../wire/codes.ts';
import { countLabels, equalNames, isAtOrBelow, type WireName } from '../../wire/name.ts';

/** What may be changed with which key: one line of BIND's `update-policy`. The first that matches decides; without one, no. */
export interface UpdateRule {
  readonly action: 'grant' | 'deny';
  /** The key's name, or a wildcard of such. */
  readonly identity: WireName;
  readonly match: 'name' | 'subdomain' | 'zonesub' | 'wildcard' | 'self' | 'selfsub' | 'selfwild';
  /** For `name`, `subdomain` and `wildcard`; the others take the key's name or the zone's. */
  readonly name: WireName | undefined;
  /** Empty: all but those that hold the zone together. ANY: all but NSEC and NSEC3. */
  readonly types: readonly number[];
}

/** BIND's default for a rule without types. */
const structuralTypes: ReadonlySet<number> = new Set([Type.ns, Type.soa, Type.rrsig, Type.nsec, Type.nsec3]);

/** Whether `signer` may change records of `type` at `owner`. */
export function isUpdateGranted(
  rules: readonly UpdateRule[],
  signer: WireName,
  apex: WireName,
  owner: WireName,
  type: number,
): boolean {
  const rule = rules.find(
    (candidate) =>
      isIdentity(candidate, signer) && isOwnerOf(candidate, signer, apex, owner) && isTypeOf(candidate, type),
  );
  return rule?.action === 'grant';
}

/** Whether any rule could grant the signer anything: who can be granted nothing learns nothing from prerequisites. */
export function mayUpdate(rules: readonly UpdateRule[], signer: WireName): boolean {
  return rules.some((rule) => rule.action === 'grant' && isIdentity(rule, signer));
}

function isIdentity({ identity }: UpdateRule, signer: WireName): boolean {
  return isWildcard(identity) ? isBelowWildcard(signer, identity) : equalNames(identity, 0, signer, 0);
}

function isOwnerOf({ match, name }: UpdateRule, signer: WireName, apex: WireName, owner: WireName): boolean {
  switch (match) {
    case 'name':
      return name !== undefined && equalNames(name, 0, owner, 0);
    case 'subdomain':
      return name !== undefined && isAtOrBelow(owner, 0, name);
    case 'wildcard':
      return name !== undefined && isBelowWildcard(owner, name);
    case 'zonesub':
      return isAtOrBelow(owner, 0, apex);
    case 'self':
      return equalNames(signer, 0, owner, 0);
    case 'selfsub':
      return isAtOrBelow(owner, 0, signer);
    case 'selfwild':
      return isBelow(owner, signer);
  }
}

function isTypeOf({ types }: UpdateRule, type: number): boolean {
  if (types.length === 0) return !structuralTypes.has(type);
  if (types.includes(type)) return true;
  return types.includes(Type.any) && type !== Type.nsec && type !== Type.nsec3;
}

function isWildcard(name: WireName): boolean {
  return name[0] === 1 && name[1] === 0x2a;
}

/** A wildcard stands for one label or several (RFC 4592 §2.1.1). */
function isBelowWildcard(name: WireName, wildcard: WireName): boolean {
  const parentAt = 2;
  return isAtOrBelow(name, 0, wildcard, parentAt) && countLabels(name, 0) > countLabels(wildcard, parentAt);
}

function isBelow(name: WireName, parent: WireName): boolean {
  return isAtOrBelow(name, 0, parent) && countLabels(name, 0) > countLabels(parent, 0);
}
