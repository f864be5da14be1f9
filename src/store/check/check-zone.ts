/** All checks of one version of a zone, in a walk over its nodes. */
import { NodeFlag, type NodeRef, VersionFlag, type VersionRef, type ZoneReader } from '../zone-reader.ts';
import { visitNodes, walkNodesAsTheyLie } from '../zone-walk.ts';
import { checkApex } from './apex-checks.ts';
import { BrokenOwners } from './broken-owners.ts';
import type { CheckContext } from './check-context.ts';
import { CheckedZone } from './checked-zone.ts';
import { isPlainNode, NodeContent, surveyNode } from './node-survey.ts';
import { OcclusionCheck } from './occlusion-checks.ts';
import { checkOwner } from './owner-checks.ts';
import { ProblemList } from './problem-list.ts';
import { SigningCheck } from './signing-checks.ts';
import { SipCheck } from './sip/sip-check.ts';
import { checkTargets } from './target-checks.ts';

export interface CheckOptions {
  /** Faults that callers will notice are errors. */
  readonly strict: boolean;
  /** Owners of records that could not be read; what they lack is not reported. */
  readonly broken?: BrokenOwners | undefined;
  /** All nodes of the version as packed refs, from who has them: spares finding them in the index and sorting them. */
  readonly nodes?: Int32Array | undefined;
}

/** Check a version that the reader can see: one that is served, or one just built. Takes time in proportion to the zone. */
export function checkZone(reader: ZoneReader, version: VersionRef, options: CheckOptions): ProblemList {
  const list = new ProblemList(options.strict);
  const zone = new CheckedZone(reader, version);
  const context: CheckContext = { zone, list, broken: options.broken ?? new BrokenOwners() };
  const occlusion = new OcclusionCheck(context);
  const signing = new SigningCheck(context);
  const sip = new SipCheck(context);
  const hasCuts = (reader.versionFlags(version) & VersionFlag.cutsOrDnames) !== 0;

  checkApex(context);
  const visit = (node: NodeRef): void => {
    const flags = reader.nodeFlags(node);
    if ((flags & NodeFlag.emptyNonTerminal) !== 0) return;
    const isHashed = (flags & NodeFlag.hashedOwner) !== 0;
    const content = surveyNode(reader.octets, node);
    const isPlain = !isHashed && isPlainNode(reader.octets, node, content);
    if (!isHashed && !isPlain) checkOwner(context, node);
    const cut = hasCuts && !isHashed ? zone.findCutAbove(node) : noNode;
    if (cut !== 0) {
      occlusion.visitBelow(node, cut);
      return;
    }
    if ((flags & NodeFlag.zoneCut) !== 0) occlusion.visitCut(node);
    else if (!isHashed && (content & NodeContent.address) !== 0) zone.noteHost(node);
    if (!isHashed && (content & (NodeContent.target | NodeContent.other)) !== 0) checkTargets(context, node);
    if ((content & NodeContent.service) !== 0) sip.visit(node);
    if (!isPlain || signing.isSigned) signing.visit(node);
  };
  if (options.nodes === undefined) walkNodesAsTheyLie(reader, version, visit);
  else visitNodes(options.nodes, visit);
  occlusion.report();
  signing.report();
  sip.report();
  return list;
}

const noNode = 0 as NodeRef;
