/**
 * Differences from the majority that are meant, each with its reason; docs/rfc-coverage.md has the same list for
 * operators. An explanation names the narrowest condition under which it holds.
 */
import type { Difference, Part } from './compare.ts';
import type { RandomQuestion, RandomZone } from './random-zone.ts';

interface Explanation {
  readonly reason: string;
  holds(question: RandomQuestion, difference: Difference, zones: readonly RandomZone[]): boolean;
}

const explanations: readonly Explanation[] = [
  {
    // RFC 1034 §4.3.2 step 3a goes back to step 1, which looks at all zones. NSD does the same, so it must agree.
    reason: 'an alias that leads into another served zone is followed there (BIND and Knot stop at the zone)',
    holds({ name }, { part, ours, theirs }, zones) {
      const leavesZone = aliasTargets(ours.answer).some((target) => zoneOf(target, zones) !== zoneOf(name, zones));
      return leavesZone && agreesInSubstance(part, ours[part], theirs.NSD?.[part] ?? '');
    },
  },
  {
    reason:
      'without RD the authority section has the apex NS, and their addresses follow (minimal-responses no-auth-recursive, as BIND)',
    holds: ({ recursionDesired }, { part, ours, theirs }) =>
      !recursionDesired && (part === 'authority' || part === 'additional') && theirs.BIND?.[part] === ours[part],
  },
  {
    // RFC 2181 §5: a set has each record once.
    reason: 'an alias that points at itself is written once, as BIND does (NSD and Knot write it twice)',
    holds: (_question, { part, ours, theirs }) =>
      part === 'answer' && theirs.BIND?.answer === ours.answer && lineSet(theirs.NSD?.answer) === ours.answer,
  },
];

export function explain(
  question: RandomQuestion,
  difference: Difference,
  zones: readonly RandomZone[],
): string | undefined {
  return explanations.find((explanation) => explanation.holds(question, difference, zones))?.reason;
}

/**
 * RCODE and answer must be NSD's. The authority section may have more on one side. Of the additional section nothing is
 * held: NSD 4.6 writes the owner of a wildcard's address wrong there (`x.` for `a.x.`).
 */
function agreesInSubstance(part: Part, ours: string, theirs: string): boolean {
  if (part === 'additional') return true;
  if (part !== 'authority') return ours === theirs;
  const [less, more] = [ours, theirs].map((section) => new Set(section.split('\n').filter((line) => line !== '')));
  return (less as Set<string>).isSubsetOf(more as Set<string>) || (more as Set<string>).isSubsetOf(less as Set<string>);
}

function aliasTargets(answer: string): string[] {
  return answer.split('\n').flatMap((line) => {
    const [, , , type, target] = line.split(' ');
    return type === 'CNAME' && target !== undefined ? [target.toLowerCase()] : [];
  });
}

/** The served zone that encloses a name, as an index; -1 where none does. */
function zoneOf(name: string, zones: readonly RandomZone[]): number {
  return zones.findIndex(({ apex }) => name === apex || name.endsWith(`.${apex}`));
}

function lineSet(section = ''): string {
  return [...new Set(section.split('\n'))].join('\n');
}
