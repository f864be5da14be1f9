import { type Diagnostic, formatDiagnostic } from '../../../base/diagnostic.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import type { ZoneId } from '../../../transfer/journal/zone-id.ts';
import { Class } from '../../../wire/codes.ts';
import type { ZoneBlock } from '../../added-zones/zone-block.ts';
import { defaultViewName, findView, zoneIdIn } from '../../config/views.ts';
import type { ControlTarget } from '../control-target.ts';
import { type ControlResponse, fail } from '../messages.ts';
import { parseZoneArgument } from '../zone-argument.ts';
import { type KnownZone, knownZone } from './known-zone.ts';

const blockHint = 'behind the zone stands { type primary; file "PATH"; }; or { type: primary, file: PATH }';

export interface ZoneWithBlock {
  /** As it was written. */
  readonly written: string;
  readonly known: KnownZone;
  readonly block: ZoneBlock;
}

/** `ZONE [CLASS [VIEW]] { ... }`. BIND looks at the form before anything else, at the permission next. */
export async function readZoneWithBlock(
  word: 'addzone' | 'modzone',
  args: readonly string[],
  target: ControlTarget,
): Promise<Result<ZoneWithBlock, ControlResponse>> {
  const text = args.join(' ');
  const start = text.indexOf('{');
  const [written = '', className, view = defaultViewName, extra] = text
    .slice(0, Math.max(0, start))
    .trim()
    .split(/\s+/);
  if (start < 0 || written === '' || extra !== undefined) return err(fail('unexpected token', blockHint));
  const id = findPlace(unquoted(written), className, view, target);
  if (!id.ok) return id;
  const { allowNewZones, isTrial, written: config } = target.config();
  if (isTrial === true) return err(fail('permission denied', 'no zone is added or changed in a trial'));
  if (!allowNewZones || config === undefined) {
    const hint = 'write allow-new-zones: true in the configuration, and have it read: ringzone ctl reconfig';
    return err(fail('permission denied', `Not allowing new zones in view '${view}'\n${hint}`));
  }
  const known = knownZone(id.value, target);
  const { parseZoneBlock } = await import('../../added-zones/zone-block.ts');
  const block = parseZoneBlock(known.name, text.slice(start), word, config.folder, target.state().configFile);
  return block.ok ? ok({ written: unquoted(written), known, block: block.value }) : err(describeFaults(block.error));
}

/** Of a block that is no block, as many as a person reads. */
const maxFaults = 20;

/** BIND says `unexpected token` where something else was expected, and `failure` of all other faults. */
export function describeFaults(diagnostics: readonly Diagnostic[]): ControlResponse {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const failure = errors[0]?.code === 'NC05' ? 'unexpected token' : 'failure';
  const shown = errors.slice(0, maxFaults);
  const more = errors.length > maxFaults ? [`and ${errors.length - maxFaults} more`] : [];
  return fail(failure, [...shown.map(formatDiagnostic), ...more].join('\n'), { diagnostics: shown });
}

function findPlace(
  name: string,
  className: string | undefined,
  view: string,
  target: ControlTarget,
): Result<ZoneId, ControlResponse> {
  const parsed = parseZoneArgument(className === undefined ? [name] : [name, className]);
  if (!parsed.ok) return parsed;
  const { apex, class: zoneClass } = parsed.value.id;
  const known = findView(target.config(), unquoted(view));
  if (known !== undefined && zoneClass === Class.in) return ok(zoneIdIn(known, { class: zoneClass, apex }));
  return err(fail('not found', `no matching view found for '${view}'`));
}

/** rndc takes a name as a string of named.conf's too. */
function unquoted(word: string): string {
  return word.replace(/^"(.*)"$/, '$1');
}
