/** DNSSEC's proofs of what is not there (RFC 4035 §3.1.3, RFC 5155 §7.2): which kind the zone has, and writing them. */
import { VersionFlag } from '../store/zone-reader.ts';
import type { AnswerContext } from './answer-context.ts';
import * as nsec from './proof-nsec.ts';
import * as nsec3 from './proof-nsec3.ts';
import { ownerUnknown, writeSigned } from './write-rrset.ts';

const Proof = { none: 0, nsec: 1, nsec3: 2 } as const;
type Proof = (typeof Proof)[keyof typeof Proof];

/** Only who sets DO gets proofs, from a zone that has them. */
function proofOf(context: AnswerContext): Proof {
  if (!context.request.dnssecOk) return Proof.none;
  const flags = context.reader.versionFlags(context.version);
  if ((flags & VersionFlag.nsec3) !== 0) return Proof.nsec3;
  return (flags & VersionFlag.nsec) !== 0 ? Proof.nsec : Proof.none;
}

/** The name doesn't exist, nor a wildcard for it. */
export function proveNameError(context: AnswerContext): void {
  const proof = proofOf(context);
  if (proof === Proof.nsec) nsec.proveNameError(context);
  else if (proof === Proof.nsec3) nsec3.proveNameError(context);
}

/** The name exists and has no such type. */
export function proveNoData(context: AnswerContext): void {
  const proof = proofOf(context);
  if (proof === Proof.nsec) nsec.proveNoData(context);
  else if (proof === Proof.nsec3) nsec3.proveNoData(context, context.name.labelCount);
}

/** The name doesn't exist, and its wildcard has no such type. */
export function proveWildcardNoData(context: AnswerContext): void {
  const proof = proofOf(context);
  if (proof === Proof.nsec) nsec.proveWildcardNoData(context);
  else if (proof === Proof.nsec3) nsec3.proveWildcardNoData(context);
}

/** The name itself doesn't exist, so that the wildcard may answer. */
export function proveWildcardAnswer(context: AnswerContext): void {
  const proof = proofOf(context);
  if (proof === Proof.nsec) nsec.proveWildcardAnswer(context);
  else if (proof === Proof.nsec3) nsec3.proveWildcardAnswer(context);
}

/** The delegation that was found has no DS. */
export function proveUnsignedDelegation(context: AnswerContext): void {
  const proof = proofOf(context);
  if (proof === Proof.nsec) nsec.proveUnsignedDelegation(context);
  else if (proof === Proof.nsec3) nsec3.proveNoData(context, context.found.labels);
}

/** Write the proofs noted over all steps; required, so that what doesn't fit is TC. */
export function writeProofs(context: AnswerContext): void {
  const { proofs, reader } = context;
  for (let i = 0; i < proofs.count && !context.truncated; i++) {
    const node = proofs.nodeAt(i);
    const rrset = reader.findRrset(node, proofs.typeAt(i));
    if (rrset !== 0 && !writeSigned(context, node, rrset, ownerUnknown)) context.truncated = true;
  }
}
