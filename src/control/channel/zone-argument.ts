/** `ZONE [CLASS [VIEW]]`, as rndc has it, with BIND's words where it is wrong. */
import { err, ok, type Result } from '../../base/result.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import { Class } from '../../wire/codes.ts';
import { asWireName, NameError, parseName, rootName } from '../../wire/name.ts';
import type { ViewConfig } from '../config/config.ts';
import { zoneIdIn } from '../config/views.ts';
import type { ZoneDescription } from '../loader-messages.ts';
import type { ControlTarget } from './control-target.ts';
import { type ControlResponse, fail } from './messages.ts';

export interface ZoneArgument {
  /** As it was written. */
  readonly name: string;
  readonly viewName: string | undefined;
  /** In the default view: where there are views `viewName` counts, or all are looked at. */
  readonly id: ZoneId;
}

export interface FoundZone {
  readonly id: ZoneId;
  readonly zone: ZoneDescription;
}

/** The zone that the arguments name, if the server has it, and in one view alone where they name none. */
export async function findZone(
  args: readonly string[],
  target: ControlTarget,
): Promise<Result<FoundZone, ControlResponse>> {
  const argument = parseZoneArgument(args);
  if (!argument.ok) return argument;
  const { id, name, viewName } = argument.value;
  const views = target.config().views.filter((view) => viewName === undefined || view.name === viewName);
  if (views.length === 0) return err(fail('not found', `no matching view '${viewName}'`));
  const looks = views.map((view) => findIn(view, id, target));
  const [found, another] = (await Promise.all(looks)).filter((zone) => zone !== undefined);
  if (another !== undefined) return err(fail('multiple', `zone '${name}' was found in multiple views`));
  if (found !== undefined) return ok(found);
  const where = viewName === undefined ? 'any view' : `view '${viewName}'`;
  return err(fail('not found', `no matching zone '${name}' in ${where}`));
}

async function findIn(view: ViewConfig, of: ZoneId, target: ControlTarget): Promise<FoundZone | undefined> {
  const id = zoneIdIn(view, of);
  const zone = await target.loader.describe(id);
  return zone === undefined ? undefined : { id, zone };
}

export function parseZoneArgument(args: readonly string[]): Result<ZoneArgument, ControlResponse> {
  const [name, className = 'IN', viewName, extra] = args;
  if (name === undefined) return err(fail('unexpected end of input', 'a zone is missing'));
  if (extra !== undefined) return err(fail('extra input text', `${JSON.stringify(extra)} stands behind the view`));
  const text = new TextEncoder().encode(name);
  const wire = new Uint8Array(256);
  const octets = parseName(text, 0, text.length, rootName, wire, 0);
  if (octets < 0) return err(fail(nameProblems[octets] ?? 'bad name', `${JSON.stringify(name)} is not a domain name`));
  const zoneClass = parseClass(className);
  if (zoneClass === undefined) return err(fail('unknown class/type', `no class ${JSON.stringify(className)}`));
  const apex = asWireName(wire.slice(0, octets));
  return ok({ name, viewName, id: { view: 0, class: zoneClass, apex } });
}

/** Those that zones have; without the table of all types, which stands with `findClassCode`. */
function parseClass(text: string): number | undefined {
  switch (text.toLowerCase()) {
    case 'in':
      return Class.in;
    case 'ch':
    case 'chaos':
      return Class.ch;
    case 'hs':
    case 'hesiod':
      return Class.hs;
    default:
      return undefined;
  }
}

const nameProblems: Readonly<Record<number, string>> = {
  [NameError.empty]: 'unexpected end of input',
  [NameError.emptyLabel]: 'empty label',
  [NameError.labelTooLong]: 'label too long',
  [NameError.nameTooLong]: 'name too long',
  [NameError.badEscape]: 'bad escape',
};
