import type { Statement } from '../tree.ts';
import { blockOf, findStatement, firstValue, isYes } from './arguments.ts';
import type { Conversion } from './conversion.ts';

/** `ctl addzone` is allowed for all views or for none: that of one view is enough. */
export function setNewZones(statement: Statement, { settings }: Conversion): void {
  const token = firstValue(statement);
  const isAllowed = isYes(token) || settings.get(['allow-new-zones']) === true;
  settings.set(['allow-new-zones'], isAllowed, statement.keyword, token);
}

/** What only has a meaning with new zones. */
export function checkNewZones(
  options: readonly Statement[],
  views: readonly Statement[],
  { settings }: Conversion,
): void {
  for (const statements of [options, ...views.map(blockOf)]) {
    const folder = findStatement(statements, 'new-zones-directory');
    // Its zones have been read from there.
    if (folder !== undefined && settings.get(['allow-new-zones']) === true) settings.use(folder.keyword);
  }
}
