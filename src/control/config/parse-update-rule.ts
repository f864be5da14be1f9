/**
 * A rule of BIND's update-policy, as BIND writes it or as a map:
 *
 *     grant ddns-key subdomain dyn.example.com A AAAA
 *     { grant: ddns-key, match: subdomain, name: dyn.example.com, types: [A, AAAA] }
 */

import { lowerCase, octetAt } from '../../base/octets.ts';
import { findTypeCode, isMetaType } from '../../rr/mnemonics.ts';
import { Type } from '../../wire/codes.ts';
import { asWireName, type WireName } from '../../wire/name.ts';
import type { UpdateMatch, UpdateRule } from './config.ts';
import { nearestWord } from './nearest-word.ts';
import { parseZoneName, show, ValueProblem } from './values.ts';

const matches: readonly UpdateMatch[] = ['name', 'subdomain', 'zonesub', 'wildcard', 'self', 'selfsub', 'selfwild'];
/** Of BIND's, those that need a Kerberos, a TCP address as identity, or a program. */
const laterMatches = [
  'krb5-self',
  'krb5-selfsub',
  'krb5-subdomain',
  'krb5-subdomain-self-rhs',
  'ms-self',
  'ms-selfsub',
  'ms-subdomain',
  'ms-subdomain-self-rhs',
  'tcp-self',
  '6to4-self',
  'external',
];
const ruleKeys = ['grant', 'deny', 'match', 'name', 'types'];
const form =
  'write grant KEY subdomain NAME TYPES..., as in BIND; matches are name, subdomain, zonesub, wildcard, self, selfsub and selfwild';

/** A rule and the identity as it was written, which is the name of a key unless it has a `*`. */
export interface ParsedUpdateRule {
  readonly rule: UpdateRule;
  readonly identity: string;
}

export function parseUpdateRule(written: unknown): ParsedUpdateRule | ValueProblem {
  if (typeof written === 'string') return parseText(written.replace(/;\s*$/, '').trim().split(/\s+/));
  if (typeof written === 'object' && written !== null && !Array.isArray(written)) {
    return parseMap(written as Readonly<Record<string, unknown>>);
  }
  return new ValueProblem('CF26', `expected a rule, found ${show(written)}`, form);
}

function parseText(words: readonly string[]): ParsedUpdateRule | ValueProblem {
  const [action = '', identity = '', match = '', ...rest] = words.map((word) => word.replace(/^"(.*)"$/, '$1'));
  // The name is required but for zonesub, which has none; BIND wants one for the self matches and doesn't look at it.
  const hasName = match !== 'zonesub' && rest.length > 0 && (!isSelf(match) || !isType(rest[0] ?? ''));
  const name = hasName ? rest[0] : undefined;
  return makeRule(action, identity, match, name, hasName ? rest.slice(1) : rest);
}

function parseMap(written: Readonly<Record<string, unknown>>): ParsedUpdateRule | ValueProblem {
  const unknown = Object.keys(written).find((key) => !ruleKeys.includes(key));
  if (unknown !== undefined) {
    const near = nearestWord(unknown, ruleKeys);
    const hint = near === undefined ? `known here: ${ruleKeys.join(', ')}` : `did you mean ${near}?`;
    return new ValueProblem('CF04', `unknown key ${show(unknown)}`, hint);
  }
  const action = 'grant' in written ? 'grant' : 'deny';
  const { [action]: identity, match, name, types = [] } = written;
  if ('grant' in written && 'deny' in written) return new ValueProblem('CF26', 'a rule grants or denies', form);
  if (typeof identity !== 'string' || typeof match !== 'string')
    return new ValueProblem('CF26', 'a rule needs grant or deny, and match', form);
  const typeList = (Array.isArray(types) ? types : [types]).map(String);
  return makeRule(action, identity, match, name === undefined ? undefined : String(name), typeList);
}

function makeRule(
  action: string,
  identity: string,
  match: string,
  name: string | undefined,
  types: readonly string[],
): ParsedUpdateRule | ValueProblem {
  const word = action.toLowerCase();
  if (word !== 'grant' && word !== 'deny')
    return new ValueProblem('CF26', `${show(action)} is neither grant nor deny`, form);
  const known = matches.find((candidate) => candidate === match.toLowerCase());
  if (known === undefined) return unknownMatch(match);
  const identityName = parseRuleName(identity);
  if (identityName instanceof ValueProblem) return identityName;
  const ruleName = name === undefined || isSelf(known) ? undefined : parseRuleName(name);
  if (ruleName instanceof ValueProblem) return ruleName;
  const needsName = known !== 'zonesub' && !isSelf(known);
  if (needsName !== (ruleName !== undefined)) {
    return new ValueProblem('CF26', needsName ? `${known} needs a name` : `${known} takes no name`, form);
  }
  if (known === 'wildcard' && !(name ?? '').startsWith('*')) {
    return new ValueProblem('CF26', `wildcard needs a name that begins with *, found ${show(name)}`, form);
  }
  const codes = types.map(typeCodeOf);
  const bad = types.find((_, index) => (codes[index] as number) < 0);
  if (bad !== undefined)
    return new ValueProblem('CF26', `${show(bad)} is not a record type`, 'write for example A AAAA SRV TXT, or ANY');
  return { rule: { action: word, identity: identityName, match: known, name: ruleName, types: codes }, identity };
}

function unknownMatch(match: string): ValueProblem {
  if (laterMatches.includes(match.toLowerCase())) {
    return new ValueProblem('CF10', `update-policy ${match} is not supported by this release`, form);
  }
  const near = nearestWord(match, matches);
  return new ValueProblem('CF26', `${show(match)} is not a match`, near === undefined ? form : `did you mean ${near}?`);
}

function isSelf(match: string): boolean {
  return /^self(sub|wild)?$/i.test(match);
}

/** Absolute, lower case. */
function parseRuleName(text: string): WireName | ValueProblem {
  const name = parseZoneName(text);
  if (name instanceof ValueProblem) return name;
  return asWireName(Uint8Array.from(name, (octet) => octetAt(lowerCase, octet)));
}

function isType(text: string): boolean {
  return typeCodeOf(text) >= 0;
}

/** -1 for what is no type that a zone can have, nor ANY. */
function typeCodeOf(text: string): number {
  const octets = new TextEncoder().encode(text);
  if (text.toUpperCase() === 'ANY') return Type.any;
  const code = findTypeCode(octets, 0, octets.length);
  return code < 0 || isMetaType(code) ? -1 : code;
}
