/** Who may send a zone UPDATEs: an address match list or a policy, not both. */
import { AccessList } from '../../plane/access/access-list-table.ts';
import { isAtOrBelow } from '../../wire/name.ts';
import type { UpdateAccess, UpdateRule } from './config.ts';
import type { ZoneIdentity } from './default-zone.ts';
import type { InheritedSettings, ZoneParts } from './inherited-settings.ts';
import { didYouMean } from './nearest-word.ts';
import { type ParsedUpdateRule, parseUpdateRule } from './parse-update-rule.ts';
import type { ParsedZone } from './schema.ts';
import { ValueProblem } from './values.ts';
import type { Path } from './yaml-source.ts';

export function buildUpdateAccess(
  zone: ZoneIdentity,
  written: ParsedZone,
  own: InheritedSettings,
  path: Path,
  parts: ZoneParts,
): UpdateAccess | undefined {
  const { report } = parts;
  const policy = written['update-policy'];
  if (policy === undefined) return listAccess(zone, own, parts);
  const policyPath = [...path, 'update-policy'];
  if (own.hasOwn('allow-update')) {
    const message = `zone ${zone.name} has update-policy and allow-update`;
    report(
      'error',
      'CF28',
      message,
      [...path, 'allow-update'],
      'key',
      'keep one; a policy can say all that a list can',
    );
  }
  const items = Array.isArray(policy) ? policy : [policy];
  const rules = items.flatMap((item, index) =>
    buildRule(zone, item, Array.isArray(policy) ? [...policyPath, index] : policyPath, parts),
  );
  return { kind: 'policy', rules };
}

function listAccess(zone: ZoneIdentity, own: InheritedSettings, { report }: ZoneParts): UpdateAccess | undefined {
  const list = own.list('allow-update');
  if (list === undefined || list.id === AccessList.none) return undefined;
  if (list.allowsByAddress) {
    const message = `zone ${zone.name}: updates are allowed by address alone, which is spoofable`;
    const hint = 'the source of a UDP datagram can be forged: allow a key instead, "key NAME"';
    report('warning', 'CF29', message, own.pathOf('allow-update'), 'value', hint);
  }
  return { kind: 'list', list: list.id };
}

function buildRule(zone: ZoneIdentity, item: unknown, path: Path, parts: ZoneParts): readonly UpdateRule[] {
  const { report } = parts;
  const parsed = parseUpdateRule(item);
  if (parsed instanceof ValueProblem) {
    report('error', parsed.code, parsed.message, path, 'value', parsed.hint);
    return [];
  }
  checkIdentity(parsed, path, parts);
  const { name, match } = parsed.rule;
  if (name !== undefined && match !== 'wildcard' && !isAtOrBelow(name, 0, zone.apex)) {
    const hint = 'names here are absolute: write them whole, with the name of the zone';
    report('error', 'CF26', `the rule's name is not in the zone ${zone.name}`, path, 'value', hint);
  }
  return [parsed.rule];
}

function checkIdentity({ identity }: ParsedUpdateRule, path: Path, { report, hasKey, keyNames }: ZoneParts): void {
  if (identity.startsWith('*') || hasKey(identity)) return;
  report(
    'error',
    'CF21',
    `undefined key "${identity}"`,
    path,
    'value',
    didYouMean(identity, keyNames, 'define it under keys'),
  );
}
