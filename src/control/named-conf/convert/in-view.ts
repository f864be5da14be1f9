/** `in-view`: a zone that another view has already. Here both have one of their own, with the same content and the same settings. */
import type { Path } from '../../config/yaml-source.ts';
import type { Token } from '../token.ts';
import type { Statement } from '../tree.ts';
import { firstValue } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { isSharedSetting } from './shared-settings.ts';

type Values = Readonly<Record<string, unknown>>;

/** The name of a zone as ringzone.yaml has it. */
export function plainName(name: Token): string {
  return name.text.replace(/(.)\.$/, '$1');
}

/** `path`: that of the view that refers to the other. */
export function copyZone(name: Token, inView: Statement, path: Path, conversion: Conversion): void {
  const { settings } = conversion;
  const token = firstValue(inView);
  if (path.length === 0) {
    conversion.error('NC07', 'in-view stands in a zone of a view', inView.keyword);
    return;
  }
  const other = ['views', token.text];
  const zone = settings.get([...other, 'zones', plainName(name)]) as Values | undefined;
  if (zone === undefined) {
    const hint = 'the view that has the zone stands before this one';
    conversion.error('NC17', `there is no zone ${name.text} in a view ${token.text}`, token, hint);
    return;
  }
  const otherView = (settings.get(other) ?? {}) as Values;
  const view = (settings.get(path) ?? {}) as Values;
  if (isUpdated(zone, [otherView, settings.value])) {
    const reason = 'each view has its own, and updates would change that of one view alone';
    conversion.error('NC13', `in-view cannot be obeyed for a zone that is updated: ${reason}`, inView.keyword);
    return;
  }
  const odd = Object.keys(view).find(
    (key) => isSharedSetting(key) && !(key in zone) && !(key in otherView) && !(key in settings.value),
  );
  if (odd !== undefined) {
    const hint = `write ${odd} in the zone of view ${token.text}`;
    conversion.error('NC13', `in-view cannot be obeyed: this view has a ${odd} of its own`, inView.keyword, hint);
    return;
  }
  const inherited = Object.keys({ ...settings.value, ...otherView, ...view }).filter(isSharedSetting);
  const own = inherited
    .filter((key) => key in view || key in otherView)
    .map((key) => [key, otherView[key] ?? settings.value[key]] as const);
  const copy = { ...Object.fromEntries(own), ...zone };
  settings.set([...path, 'zones', plainName(name)], copy, name);
  settings.use(inView.keyword);
}

function isUpdated(zone: Values, above: readonly Values[]): boolean {
  if (zone.type !== 'primary') return false;
  if (zone['update-policy'] !== undefined) return true;
  const list = [zone, ...above].find((values) => values['allow-update'] !== undefined)?.['allow-update'];
  return (
    list !== undefined && !(Array.isArray(list) && (list.length === 0 || (list.length === 1 && list[0] === 'none')))
  );
}
