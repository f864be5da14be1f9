/**
 * The questions for a zone: every owner's types, and probes of what a zone says without a record: name errors and no data at
 * each name that has others below it, names below wildcards, cuts and DNAMEs.
 */
import { maxNameOctets } from '../../../base/limits.ts';
import { Type } from '../../../wire/codes.ts';
import type { CompareQuestion, QuestionKind } from './question.ts';
import type { ZoneName, ZoneNames } from './zone-names.ts';

/** Signatures come with what they sign; hashed owners can't be asked for, and show in negative answers. */
const unaskedTypes: ReadonlySet<number> = new Set([Type.rrsig, Type.nsec3, Type.sig]);
/** The first that a name has not is its no-data probe. */
const probeTypes = [Type.aaaa, Type.txt, Type.a, Type.hinfo, Type.rp] as const;
const wildcardLabel = '\u0001*';

/** Give the questions one after the other; in the order of the names, those of a name together. */
export function* planQuestions(zone: ZoneNames, zoneClass: number): Generator<CompareQuestion> {
  const isHashed = zone.get(zone.apexKey)?.types.includes(Type.nsec3param) ?? false;
  const plan = new ZonePlan(zone, zoneClass, isHashed);
  for (const [key, name] of zone.entries()) yield* plan.questionsOf(key, name);
}

class ZonePlan {
  private readonly zone: ZoneNames;
  private readonly zoneClass: number;
  private readonly isHashed: boolean;

  constructor(zone: ZoneNames, zoneClass: number, isHashed: boolean) {
    this.zone = zone;
    this.zoneClass = zoneClass;
    this.isHashed = isHashed;
  }

  *questionsOf(key: string, zoneName: ZoneName): Generator<CompareQuestion> {
    const { name, types } = zoneName;
    const asked = types.filter((type) => !unaskedTypes.has(type));
    // Only NSEC3 stands there, and perhaps its signature.
    if (asked.length === 0 && types.length > 0) return;
    for (const type of asked) yield this.ask(name, type, 'data');
    if (types.includes(Type.cname)) yield this.ask(name, Type.a, 'alias');
    const isApex = key === this.zone.apexKey;
    if (isApex) yield* this.apexQuestions(name);
    const isCut = !isApex && types.includes(Type.ns);
    const isDname = types.includes(Type.dname);
    const isWildcard = key.startsWith(wildcardLabel);
    if (isCut || isDname) {
      yield* this.probesBelow(name, isCut ? 'below a cut' : 'below a DNAME');
      if (isCut && !types.includes(Type.ds)) yield this.ask(name, Type.ds, 'no data');
    } else if (zoneName.hasChildren || isApex) {
      yield* this.probesOfParent(key, name);
    }
    if (isWildcard) yield* this.wildcardProbes(name, asked);
    // What a signed zone says of the types that a name has not shows in its NSEC, which is asked for, or in its NSEC3.
    if (isApex || isCut || isDname || isWildcard || this.isHashed || types.length === 0)
      yield this.ask(name, missingType(types), 'no data');
  }

  private *apexQuestions(name: string): Generator<CompareQuestion> {
    yield this.ask(name, Type.ds, 'apex');
    yield this.ask(name, Type.any, 'apex');
    // The question's case comes back (draft-vixie-dnsext-dns0x20).
    yield this.ask(mixCase(name), Type.soa, 'apex');
  }

  private *probesBelow(name: string, kind: QuestionKind): Generator<CompareQuestion> {
    yield* this.askBelow(name, [probeLabel()], Type.a, kind);
    yield* this.askBelow(name, [probeLabel(), probeLabel()], Type.txt, kind);
  }

  /** Where a wildcard stands below the name, these are its answers. */
  private *probesOfParent(key: string, name: string): Generator<CompareQuestion> {
    if (this.zone.get(`${wildcardLabel}${key}`) !== undefined) return;
    let label = probeLabel();
    for (let i = 0; this.zone.get(label + key) !== undefined; i++) label = probeLabel(i);
    yield* this.askBelow(name, [label], Type.a, 'name error');
    // Two labels below: the closest encloser is another than the name above. At the apex that is proof enough.
    if (key === this.zone.apexKey) yield* this.askBelow(name, [probeLabel(), label], Type.a, 'name error');
  }

  private *wildcardProbes(name: string, types: readonly number[]): Generator<CompareQuestion> {
    const parent = name.slice(wildcardLabel.length);
    const label = probeLabel();
    for (const type of types) yield* this.askBelow(parent, [label], type, 'wildcard');
    yield* this.askBelow(parent, [label, label], types[0] ?? Type.a, 'wildcard');
    yield* this.askBelow(parent, [label], missingType(types), 'wildcard');
  }

  private *askBelow(
    name: string,
    labels: readonly string[],
    type: number,
    kind: QuestionKind,
  ): Generator<CompareQuestion> {
    const below = labels.join('') + name;
    if (below.length <= maxNameOctets) yield this.ask(below, type, kind);
  }

  private ask(name: string, type: number, kind: QuestionKind): CompareQuestion {
    return { name, type, class: this.zoneClass, kind };
  }
}

/** A label, its length in front, that hardly a zone has. */
function probeLabel(number?: number): string {
  const text = `ringzone-compare${number ?? ''}`;
  return String.fromCharCode(text.length) + text;
}

function missingType(types: readonly number[]): number {
  return probeTypes.find((type) => !types.includes(type)) ?? 65_280;
}

function mixCase(name: string): string {
  return name.replace(/[a-z]/g, (letter, at: number) => (at % 2 === 0 ? letter.toUpperCase() : letter));
}
