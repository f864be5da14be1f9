/** Zones that come, change and go while the server runs: `addzone`, `modzone`, `delzone`, `showzone`. */
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { formatDiagnostic } from '../../../base/diagnostic.ts';
import { reasonOf } from '../../../zonefile/zone-source.ts';
import type { AddedZone, AddedZones } from '../../added-zones/added-zones.ts';
import type { ZoneBlock } from '../../added-zones/zone-block.ts';
import type { ChangeOutcome } from '../../added-zones/zone-changes.ts';
import type { ControlCommand } from '../control-command.ts';
import type { ControlTarget } from '../control-target.ts';
import { type ControlResponse, fail, succeed } from '../messages.ts';
import { type FoundZone, findZone } from '../zone-argument.ts';
import { few } from './few.ts';
import { type KnownZone, knownZone } from './known-zone.ts';
import { describeFaults, readZoneWithBlock } from './zone-block-argument.ts';

export const addzone: ControlCommand = async (args, target) => {
  const asked = await readZoneWithBlock('addzone', args, target);
  if (!asked.ok) return asked.error;
  const { known, block } = asked.value;
  const { name, view, id } = known;
  if (known.config !== undefined || (await target.loader.describe(id)) !== undefined) return fail('already exists');
  const zone = { view, name, settings: block.settings, isPassing: false, source: block.source };
  const outcome = await target.changeZones(known, (added) => added.with(zone));
  if (outcome.kind === 'done') target.log('info', `added zone ${name} in view ${view} via addzone`);
  else if (outcome.kind === 'not-loaded') target.log('info', 'addzone failed; reverting.');
  return describe(outcome, '', known, block);
};

export const modzone: ControlCommand = async (args, target) => {
  const asked = await readZoneWithBlock('modzone', args, target);
  if (!asked.ok) return asked.error;
  const { written, known, block } = asked.value;
  const { name, view, id, isAdded } = known;
  if (known.config === undefined && (await target.loader.describe(id)) === undefined) return fail('not found');
  if (isElsewhere(known)) return elsewhere(known);
  const zone = { view, name, settings: block.settings, isPassing: !isAdded, source: block.source };
  const outcome = await target.changeZones(known, (added) => added.with(zone));
  if (outcome.kind === 'done')
    target.log('info', `updated zone ${written.replace(/(.)\.$/, '$1')} in view ${view} via modzone`);
  const text = isAdded
    ? `zone '${written}' reconfigured.`
    : `zone '${written}' must also be reconfigured in\n${configName(target)} to make changes permanent.`;
  return describe(outcome, text, known, block);
};

/** With `-clean` the zone's file goes too, and what is kept of it in data-dir. */
export const delzone: ControlCommand = async (args, target) => {
  const isClean = args[0] === '-clean';
  const found = await findZone(isClean ? args.slice(1) : args, target);
  if (!found.ok) return found.error;
  const known = knownZone(found.value.id, target);
  if (isElsewhere(known)) return elsewhere(known);
  const { name, view, id, isAdded } = known;
  target.log('info', `zone ${name} scheduled for removal via delzone`);
  const outcome = await target.changeZones(undefined, (added) => without(added, known));
  if (outcome.kind !== 'done') return describe(outcome, '', known);
  target.log('info', `deleting zone ${name} in view ${view} via delzone`);
  const leftovers = isClean ? removeFile(known, target) : [];
  for (const line of leftovers) target.log('warning', line);
  if (isClean) target.loader.forget([id]);
  const text = [...deletedText(found.value, isAdded, isClean, target), ...leftovers].join('\n');
  return succeed(text, { ...dataOf(known), isClean });
};

export const showzone: ControlCommand = async (args, target) => {
  const found = await findZone(args, target);
  if (!found.ok) return found.error;
  const known = knownZone(found.value.id, target);
  const { settingsInForce } = await import('../../added-zones/settings-in-force.ts');
  const settings = settingsInForce(target.config(), known.view, known.name);
  if (settings === undefined) return elsewhere(known);
  const { formatNamedZone } = await import('../../added-zones/format-named-zone.ts');
  return succeed(formatNamedZone(found.value.zone.name, settings), { ...dataOf(known), settings });
};

function describe(outcome: ChangeOutcome, success: string, known: KnownZone, block?: ZoneBlock): ControlResponse {
  switch (outcome.kind) {
    case 'done': {
      // Those of other zones were told when these came.
      const own = outcome.warnings.filter(({ file }) => file === 'addzone' || file === 'modzone');
      const warnings = [...(block?.diagnostics ?? []), ...own].filter(({ severity }) => severity === 'warning');
      const lines = [...(success === '' ? [] : [success]), ...new Set(warnings.map(formatDiagnostic))];
      return succeed(lines.join('\n'), dataOf(known));
    }
    case 'invalid':
      return describeFaults(outcome.diagnostics);
    case 'not-loaded':
      return fail('failure', [...few(outcome.reasons), 'all stays as it was'].join('\n'));
    case 'failed':
      return fail('failure', outcome.reason);
  }
}

function dataOf({ name, view, isAdded }: KnownZone) {
  return { zone: name, view, isAdded };
}

function without(added: AddedZones, { name, view, isAdded }: KnownZone): AddedZones {
  if (isAdded) return added.without({ view, name });
  return added.with({ view, name, settings: undefined, isPassing: true, source: faultless });
}

/** What isn't there has no faults; told all the same they stand nowhere. */
const faultless: AddedZone['source'] = {
  problem: (severity, code, message) => ({ severity, code, message }),
};

function deletedText(
  { zone: { name, type } }: FoundZone,
  isAdded: boolean,
  isClean: boolean,
  target: ControlTarget,
): readonly string[] {
  if (!isAdded) {
    return [
      `zone '${name}' is no longer active and will be deleted.`,
      'To keep it from returning when the server is restarted, it',
      `must also be removed from ${configName(target)}.`,
    ];
  }
  if (isClean) return [`zone '${name}' and associated files will be deleted.`];
  return type === 'secondary' ? [`zone '${name}' will be deleted.`] : [];
}

/** Gives what could not be removed, and why. */
function removeFile({ config }: KnownZone, target: ControlTarget): readonly string[] {
  const file = config?.file;
  if (file === undefined) return [];
  const other = target.config().zones.find((zone) => zone.file === file);
  if (other !== undefined) return [`file ${file} not removed: it is that of zone ${other.name} too`];
  try {
    rmSync(file);
    return [];
  } catch (error) {
    return [`file ${file} not removed: ${reasonOf(error)}`];
  }
}

function isElsewhere({ config, isOption }: KnownZone): boolean {
  return config === undefined || isOption;
}

function elsewhere({ name, isOption, config }: KnownZone): ControlResponse {
  const place = config !== undefined && isOption ? 'is given on the command line' : 'is a member of a catalog';
  return fail('failure', `zone '${name}' ${place}: it is changed there`);
}

function configName(target: ControlTarget): string {
  return basename(target.state().configFile ?? 'the configuration');
}
