/** What shows only when the zone is there: policies that it doesn't fit. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { Reaction, SrvOrder, type SteeringPolicy } from '../../plane/steering/steering-policy.ts';
import { equalNames, isAtOrBelow, nameText, type WireName } from '../../wire/name.ts';
import type { ConfigCode } from '../config/codes.ts';
import { didYouMean } from '../config/nearest-word.ts';
import type { ZoneHealth } from './health-settings.ts';
import type { SteeredZone } from './steered-zone.ts';
import type { OwnerSettings, Place, SteeringSettings } from './steering-settings.ts';
import { maxListedRecords } from './zone-lister.ts';

type Checked = Pick<SteeredZone, 'owners' | 'isSigned' | 'isCut' | 'title'>;

/** Names that are compared with one that is not there, and shown where none is near. */
const mostNamed = 20;

/** All of it: the zone is served whatever it is, and what is wrong has no effect. */
export function checkSteering(zone: Checked, apex: WireName, settings: SteeringSettings): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const owner of settings.owners) {
    const problems = checkOwner(zone, apex, owner);
    const why = problems.length > 0 ? undefined : conflictOf(zone, owner.policy, owner.health);
    found.push(...problems, ...(why === undefined ? [] : [signedProblem(zone, why, owner.place)]));
  }
  found.push(...checkProbed(zone, settings), ...checkNames(zone, apex, settings));
  if (settings.policy !== undefined) {
    const why = conflictOf(zone, settings.policy, settings.health);
    if (why !== undefined) found.push(signedProblem(zone, why, settings.place));
  }
  if (zone.isCut) {
    const message = `zone ${zone.title} has more than ${maxListedRecords} SRV: those beyond are neither probed nor counted`;
    found.push(problem('warning', 'CF36', message, settings.place));
  }
  return found;
}

/** What of the policy would change data that is signed, and what to write instead; `undefined`: nothing. */
export function conflictOf(
  { isSigned }: Pick<SteeredZone, 'isSigned'>,
  { order, reaction, emptyWhenAllDown }: SteeringPolicy,
  health: ZoneHealth | undefined,
): Conflict | undefined {
  if (!isSigned) return undefined;
  if (health?.publish === true)
    return { what: 'health with publish: true', cure: 'write reaction: order, and remove publish' };
  if (order === SrvOrder.shape)
    return { what: 'srv-order: shape', cure: 'srv-order: rfc2782, cyclic or sticky changes the order alone' };
  if (emptyWhenAllDown) return { what: 'all-down: empty', cure: 'write all-down: as-configured' };
  if (health === undefined || reaction === Reaction.order) return undefined;
  const word = reaction === Reaction.demote ? 'demote' : 'withdraw';
  return { what: `health with reaction: ${word}`, cure: 'write reaction: order, which puts what is down last' };
}

interface Conflict {
  readonly what: string;
  readonly cure: string;
}

function signedProblem({ title }: Checked, { what, cure }: Conflict, place: Place | undefined): Diagnostic {
  const message = `zone ${title} is signed, and ${what} changes what its signatures cover: it is answered as written`;
  return problem('error', 'CF35', message, place, `${cure}; or serve the zone unsigned`);
}

function checkOwner(zone: Checked, apex: WireName, { owner, name, namesHealth, place }: OwnerSettings): Diagnostic[] {
  if (zone.isCut || zone.owners.some((listed) => equalNames(listed.owner, 0, owner, 0))) return [];
  const there = zone.owners.slice(0, mostNamed).map((listed) => relativeText(listed.owner, apex));
  const hint = didYouMean(name, there, 'the zone has no SRV at all');
  const message = `${name} has no SRV in zone ${zone.title}`;
  if (namesHealth) return [problem('error', 'CF34', `${message}: there is nothing to probe`, place, hint)];
  return [problem('warning', 'CF33', `${message}: what is said of it has no effect`, place, hint)];
}

function checkProbed({ owners, title }: Checked, { healthPlace }: SteeringSettings): Diagnostic[] {
  if (healthPlace === undefined || owners.length > 0) return [];
  return [problem('error', 'CF34', `zone ${title} has no SRV: there is nothing to probe`, healthPlace)];
}

/** The names of `address` must be targets. */
function checkNames(zone: Checked, apex: WireName, { health, owners, healthPlace }: SteeringSettings): Diagnostic[] {
  if (zone.isCut) return [];
  const targets = zone.owners.flatMap(({ records }) => records.map(({ target }) => target));
  const texts = [...new Set(targets.map((target) => relativeText(target, apex)))];
  const check = (settings: ZoneHealth | undefined, place: Place | undefined): Diagnostic[] => {
    if (settings === undefined || place === undefined) return [];
    return settings.addresses
      .filter(({ target }) => !targets.some((listed) => equalNames(listed, 0, target, 0)))
      .map(({ target }) => {
        const text = relativeText(target, apex);
        const message = `health has an address of ${text}, which is no target of SRV in zone ${zone.title}`;
        return problem(
          'error',
          'CF34',
          message,
          place,
          didYouMean(text, texts.slice(0, mostNamed), 'the zone has no targets'),
        );
      });
  };
  const own = owners.filter(({ namesHealth }) => namesHealth);
  return [...check(health, healthPlace), ...own.flatMap((owner) => check(owner.health, owner.place))];
}

/** As a person writes it in the configuration. */
function relativeText(name: Uint8Array, apex: WireName): string {
  if (apex.length === 1 || name.length <= apex.length || !isAtOrBelow(name, 0, apex)) return `${nameText(name)}.`;
  return nameText(name).slice(0, -nameText(apex).length - 1);
}

function problem(
  severity: Diagnostic['severity'],
  code: ConfigCode,
  message: string,
  place: Place | undefined,
  hint?: string,
): Diagnostic {
  return { severity, code, message, hint, ...place };
}
