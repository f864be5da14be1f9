import { copyOctets } from '../base/octets.ts';
import { wildcardLabel } from '../store/index/lookup-name.ts';
import type { AnswerContext } from './answer-context.ts';

/** Make `other` the wildcard below the name's suffix of `labels` labels (RFC 4592 §2.1.1). Overwrites `scratchName`. */
export function lookAtWildcard(context: AnswerContext, labels: number): void {
  const { name, other, scratchName } = context;
  const encloser = name.suffixOffset(labels);
  copyOctets(wildcardLabel, 0, scratchName, 0, wildcardLabel.length);
  copyOctets(name.octets, encloser, scratchName, wildcardLabel.length, name.length - encloser);
  other.assign(scratchName, 0);
}
