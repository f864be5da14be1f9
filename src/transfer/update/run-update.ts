import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import type { WireName } from '../../wire/name.ts';
import { type AppliedUpdates, applyUpdates, type TellUpdate } from './apply-updates.ts';
import { checkPrerequisites } from './prerequisites.ts';
import { prescanUpdates } from './prescan.ts';
import type { UpdateMessage } from './update-message.ts';
import type { UpdateProblem } from './update-problem.ts';
import { isUpdateGranted, type UpdateRule } from './update-rule.ts';
import type { ZoneContent } from './zone-content.ts';

/** Who changes, where an `update-policy` decides record by record. */
export interface UpdateSigner {
  readonly rules: readonly UpdateRule[];
  /** The key's name. */
  readonly name: WireName;
}

/**
 * Run one update on a zone that is being changed (RFC 2136 §3.2 to §3.4): whole, or with a problem and without a trace. Without a
 * signer all is allowed: who may send has been looked at before.
 */
export function runUpdate(
  update: UpdateMessage,
  content: ZoneContent,
  signer: UpdateSigner | undefined,
  tell: TellUpdate,
): Result<AppliedUpdates, UpdateProblem> {
  const mayChange =
    signer === undefined
      ? undefined
      : (owner: WireName, type: number) => isUpdateGranted(signer.rules, signer.name, update.zone, owner, type);
  // Prerequisites last, as BIND has it: they would tell what is in the zone to who may not change it (RFC 2136 §7.2).
  const problem = prescanUpdates(update, content, mayChange) ?? checkPrerequisites(update, content);
  return problem === undefined ? ok(applyUpdates(update, content, tell)) : err(problem);
}
