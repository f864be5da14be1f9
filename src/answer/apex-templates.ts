/**
 * What nearly every answer of a zone ends with, kept as templates: the SOA of a negative answer, or the apex' NS and the addresses
 * of these name servers. The algorithm writes them (apex.ts, additional.ts) and looks here first.
 *
 * A template serves where the response holds no name but the question's, which must not share more labels with a name in
 * the template than the apex has: then the algorithm would compress to the same octets. Each is of one version of its
 * zone and of one state of what it may say, known by the generations as in the response cache. The generation alone would not do: it
 * is read before the version, and a publication in between gives the new version under the generation of the one before.
 */

import { LookupName } from '../store/index/lookup-name.ts';
import type { VersionRef, ZoneRef } from '../store/zone-reader.ts';
import { maxNotedNames, questionPosition } from '../wire/response.ts';
import type { AnswerContext } from './answer-context.ts';
import { RecordTemplate } from './record-template.ts';

/** Places for a zone with or without DO. Each holds templates when a question finds it a second time; 6 KiB then. */
const placeCount = 64;

/** No zone has this ref. */
const noZone = 0;
/** Where there is no other template to point at. */
const noAnchor = -1;

class ZoneTemplates {
  zone = noZone;
  version = 0;
  dnssecOk = false;
  generation = 0;
  setGeneration = 0;
  readonly soa = new ApexTemplate();
  readonly ns = new ApexTemplate();
  /** The name servers' addresses; they point at what `ns` has written. */
  readonly glue = new RecordTemplate();
}

/** Records of the apex, and the hashes of the names below the apex, by one label, in which their names lie. */
class ApexTemplate {
  readonly records = new RecordTemplate();
  private readonly hashes = new Int32Array(maxNotedNames);
  private hashCount = 0;

  clear(): void {
    this.records.isMade = false;
    this.hashCount = 0;
  }

  addHash(hash: number): void {
    this.hashes[this.hashCount++] = hash;
  }

  hasHash(hash: number): boolean {
    for (let i = 0; i < this.hashCount; i++) if (this.hashes[i] === hash) return true;
    return false;
  }
}

export class ApexTemplates {
  private readonly places: (ZoneTemplates | undefined)[] = new Array(placeCount).fill(undefined);
  /** The zone that last found nothing at each place, and the generation that it had. */
  private readonly missedZones = new Float64Array(placeCount);
  private readonly missedGenerations = new Int32Array(placeCount);
  private readonly name = new LookupName();
  private readonly nameOctets = new Uint8Array(256);

  /** The templates of the zone entered, of which none may be made yet; `undefined` where they aren't worth making. */
  private current: ZoneTemplates | undefined;
  /** Where the NS stand in this response, as `ns` has them; -1 where they don't. */
  private nsBegin = -1;
  private nsEnd = -1;
  /** Of what `write…` could not write. */
  private begin = 0;
  private firstSet = 0;
  private isTaking = false;

  /** Answers will be made of something else. The places keep their memory. */
  drop(): void {
    for (const place of this.places) if (place !== undefined) place.zone = noZone;
    this.missedZones.fill(0);
    this.current = undefined;
  }

  /** Begin an answer. */
  clear(): void {
    this.nsBegin = -1;
    this.isTaking = false;
  }

  /** Write the SOA with its signatures. After false the caller writes it and calls `takeSoa`. */
  writeSoa(context: AnswerContext): boolean {
    return this.open(context) && this.writeApex(context, (this.current as ZoneTemplates).soa);
  }

  takeSoa(context: AnswerContext): void {
    if (this.isTaking) this.takeApex(context, (this.current as ZoneTemplates).soa);
    this.isTaking = false;
  }

  /** Write the apex' NS with their signatures, all or nothing. After false the caller writes them and calls `takeNs`. */
  writeNs(context: AnswerContext): boolean {
    // What is in another order each time is no template.
    if (!context.steering.rules.isEmpty || !this.open(context)) return false;
    const { ns } = this.current as ZoneTemplates;
    if (!this.writeApex(context, ns)) return false;
    this.noteNs(context);
    return true;
  }

  takeNs(context: AnswerContext): void {
    if (!this.isTaking) return;
    this.isTaking = false;
    const { ns, glue } = this.current as ZoneTemplates;
    glue.isMade = false;
    this.takeApex(context, ns);
    if (ns.records.isMade) this.noteNs(context);
  }

  /** Write the addresses of the NS that stand in the response. After false the caller writes them and calls `takeGlue`. */
  writeGlue(context: AnswerContext): boolean {
    if (this.nsBegin < 0) return false;
    const { glue } = this.current as ZoneTemplates;
    const { response, written } = context;
    if (!glue.isMade) {
      this.isTaking = !response.overflowed;
      this.begin = response.position();
      this.firstSet = written.count;
      return false;
    }
    for (let i = 0; i < glue.setCount; i++) if (written.holds(glue.setAt(i))) return false;
    if (!written.hasRoomFor(glue.setCount)) return false;
    return glue.write(response, context.suffixPosition(context.zoneLabels), this.nsBegin);
  }

  /** `isWhole` tells that no set was left out because it stood in the response. */
  takeGlue(context: AnswerContext, isWhole: boolean): void {
    const isTaking = this.isTaking && isWhole && !context.response.overflowed && !context.steering.touchesHosts;
    this.isTaking = false;
    if (!isTaking) return;
    const { glue } = this.current as ZoneTemplates;
    this.take(context, glue, this.nsBegin, this.nsEnd);
    if (glue.nameCount > 0) glue.isMade = false;
  }

  private noteNs(context: AnswerContext): void {
    this.nsBegin = this.begin;
    this.nsEnd = context.response.position();
  }

  /** Find the templates of the zone entered. False where this response can't use any. */
  private open(context: AnswerContext): boolean {
    const { response, zone, version, reader, touched, request } = context;
    if (context.aliasSteps > 0 || response.hasNames) return false;
    const generation = reader.takenGeneration(zone);
    const { dnssecOk } = request;
    const index = ((zone >>> 3) * 2 + (dnssecOk ? 1 : 0)) % placeCount;
    const place = this.places[index];
    const isCurrent =
      place !== undefined &&
      place.zone === zone &&
      place.version === version &&
      place.generation === generation &&
      place.setGeneration === touched.setGeneration &&
      place.dnssecOk === dnssecOk;
    this.current = isCurrent
      ? place
      : this.makePlace(index, zone, version, generation, touched.setGeneration, dnssecOk);
    this.begin = response.position();
    this.firstSet = context.written.count;
    return this.current !== undefined;
  }

  private makePlace(
    index: number,
    zone: ZoneRef,
    version: VersionRef,
    generation: number,
    setGeneration: number,
    dnssecOk: boolean,
  ): ZoneTemplates | undefined {
    if (this.missedZones[index] !== zone || this.missedGenerations[index] !== generation) {
      this.missedZones[index] = zone;
      this.missedGenerations[index] = generation;
      return undefined;
    }
    const place = this.places[index] ?? new ZoneTemplates();
    this.places[index] = place;
    place.zone = zone;
    place.version = version;
    place.generation = generation;
    place.setGeneration = setGeneration;
    place.dnssecOk = dnssecOk;
    place.soa.clear();
    place.ns.clear();
    place.glue.isMade = false;
    return place;
  }

  private writeApex(context: AnswerContext, template: ApexTemplate): boolean {
    const { records } = template;
    const { name, zoneLabels, response, written } = context;
    this.isTaking = !records.isMade;
    if (!records.isMade || !written.hasRoomFor(records.setCount)) return false;
    if (name.labelCount > zoneLabels && template.hasHash(name.suffixHashes[zoneLabels + 1] as number)) return false;
    const apex = context.suffixPosition(zoneLabels);
    if (!records.write(response, apex, noAnchor)) return false;
    for (let i = 0; i < records.setCount; i++) written.add(records.setAt(i), apex);
    for (let i = 0; i < records.nameCount; i++) response.noteName(this.begin + records.nameOffsetAt(i));
    return true;
  }

  private takeApex(context: AnswerContext, template: ApexTemplate): void {
    if (context.response.overflowed) return;
    template.clear();
    this.take(context, template.records, noAnchor, noAnchor);
    if (template.records.isMade) this.takeHashes(context, template);
  }

  private take(context: AnswerContext, records: RecordTemplate, anchor: number, anchorEnd: number): void {
    const { response, written, request } = context;
    const apex = context.suffixPosition(context.zoneLabels);
    const apexEnd = questionPosition + request.qnameOctets;
    records.take(response, this.begin, apex, apexEnd, anchor, anchorEnd, written, this.firstSet);
  }

  private takeHashes(context: AnswerContext, template: ApexTemplate): void {
    const { records } = template;
    const { response, zoneLabels } = context;
    const { name, nameOctets } = this;
    for (let i = 0; i < records.nameCount; i++) {
      response.readName(this.begin + records.nameOffsetAt(i), nameOctets);
      name.assign(nameOctets, 0);
      const isBelow =
        name.labelCount > zoneLabels && name.suffixHashes[zoneLabels] === context.name.suffixHashes[zoneLabels];
      if (isBelow) template.addHash(name.suffixHashes[zoneLabels + 1] as number);
    }
  }
}
