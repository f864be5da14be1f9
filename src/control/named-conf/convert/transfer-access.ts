import type { Conversion } from './conversion.ts';

type Settings = Readonly<Record<string, unknown>>;

/** BIND 9.18 lets everybody transfer what nobody forbids. */
export function allowTransfers(conversion: Conversion): void {
  const { settings, beginning } = conversion;
  if (settings.get(['allow-transfer']) !== undefined) return;
  const views = entriesOf(settings.value.views).filter(([, view]) => view['allow-transfer'] === undefined);
  const open = [settings.value, ...views.map(([, view]) => view)]
    .flatMap(({ zones }) => entriesOf(zones))
    .filter(([, zone]) => zone['allow-transfer'] === undefined);
  settings.set(['allow-transfer'], ['any'], beginning);
  const [first] = open;
  if (first === undefined) return;
  const more = open.length === 1 ? '' : ` and ${open.length - 1} more`;
  const message = `everybody may transfer ${first[0]}${more}, as from BIND 9.18 without allow-transfer; from 9.20 nobody`;
  const hint = 'write allow-transfer { none; }; or who may, in options or in the zone';
  conversion.note('NC15', message, beginning, hint);
}

function entriesOf(value: unknown): readonly (readonly [string, Settings])[] {
  return Object.entries((value ?? {}) as Readonly<Record<string, Settings>>);
}
