/** Proofs by NSEC3, RFC 5155 §7.2. Each function notes nodes; `writeProofs` writes them, each once. */
import { nsec3Hash, nsec3HashOctets } from '../dnssec/nsec3-hash.ts';
import type { LookupName } from '../store/index/lookup-name.ts';
import type { NodeRef } from '../store/zone-reader.ts';
import { Type } from '../wire/codes.ts';
import type { AnswerContext } from './answer-context.ts';
import { lookAtWildcard } from './wildcard-name.ts';

/** RFC 5155 §7.2.2: closest encloser, next closer name, and the wildcard that could have answered. */
export function proveNameError(context: AnswerContext): void {
  const encloser = noteClosestEncloser(context, context.found.labels);
  noteNextCloser(context, encloser);
  // Of the encloser that is proved, which lies above the real one where an empty non-terminal is opted out.
  lookAtWildcard(context, encloser);
  noteAtOrBefore(context, context.other, context.other.labelCount);
}

/**
 * RFC 5155 §7.2.3, §7.2.4, §7.2.7: the NSEC3 of the name's suffix of `labels` labels; where it has none, because its zone opts
 * out of NSEC3 for unsigned delegations, the closest encloser that has, and the opt-out that covers the next closer name.
 */
export function proveNoData(context: AnswerContext, labels: number): void {
  const encloser = noteClosestEncloser(context, labels);
  if (encloser < labels) noteNextCloser(context, encloser);
}

/** RFC 5155 §7.2.5: closest encloser, next closer name, and the wildcard's own. */
export function proveWildcardNoData(context: AnswerContext): void {
  const encloser = noteClosestEncloser(context, context.found.labels);
  noteNextCloser(context, encloser);
  lookAtWildcard(context, context.found.labels);
  noteAtOrBefore(context, context.other, context.other.labelCount);
}

/** RFC 5155 §7.2.6: the next closer name doesn't exist. */
export function proveWildcardAnswer(context: AnswerContext): void {
  noteNextCloser(context, context.found.labels);
}

/**
 * Note the NSEC3 of the longest suffix of at most `labels` labels that has one: the closest provable encloser (RFC 5155 §1.3).
 * Returns its labels; the apex always has one in a zone that is whole.
 *
 * Mostly the suffix of `labels` labels has one. Below an opt-out it may lack for as many labels as a name has, and each hash is
 * dear; but where a name has an NSEC3 those above it have one too (RFC 5155 §7.1), so halving finds the place in seven steps.
 */
function noteClosestEncloser(context: AnswerContext, labels: number): number {
  const { proofs, zoneLabels } = context;
  let node = findMatch(context, labels);
  let provable = labels;
  if (node === 0) {
    node = findMatch(context, zoneLabels);
    provable = zoneLabels;
    for (let missing = labels; missing - provable > 1; ) {
      const middle = (provable + missing) >>> 1;
      const found = findMatch(context, middle);
      if (found === 0) missing = middle;
      else {
        provable = middle;
        node = found;
      }
    }
  }
  proofs.add(node, Type.nsec3);
  return provable;
}

/** The node of the NSEC3 that matches the name's suffix of `labels` labels, 0 where there is none. */
function findMatch(context: AnswerContext, labels: number): NodeRef {
  const node = findAtOrBefore(context, context.name, labels);
  return node !== 0 && context.reader.isNsec3Match(node, hash) ? node : (0 as NodeRef);
}

/** Note the NSEC3 that covers the name one label longer than the closest encloser. */
function noteNextCloser(context: AnswerContext, encloserLabels: number): void {
  noteAtOrBefore(context, context.name, encloserLabels + 1);
}

function noteAtOrBefore(context: AnswerContext, name: LookupName, labels: number): void {
  context.proofs.add(findAtOrBefore(context, name, labels), Type.nsec3);
}

function findAtOrBefore(context: AnswerContext, name: LookupName, labels: number): NodeRef {
  const { reader, version } = context;
  const offset = name.suffixOffset(labels);
  nsec3Hash(
    name.octets,
    offset,
    name.length - offset,
    reader.octets,
    reader.nsec3SaltOffset(version),
    reader.nsec3SaltOctets(version),
    reader.nsec3Iterations(version),
    hash,
  );
  return reader.findNsec3AtOrBefore(version, hash);
}

const hash = new Uint8Array(nsec3HashOctets);
