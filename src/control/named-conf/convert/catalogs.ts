import type { Path } from '../../config/yaml-source.ts';
import type { Token } from '../token.ts';
import type { Statement } from '../tree.ts';
import { listOf, optionOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { setRemotes } from './remotes.ts';

/** Catalogs (RFC 9432) whose members are served as secondary zones. `path`: that of the view. */
export function convertCatalogs(statement: Statement, path: Path, conversion: Conversion): void {
  const { settings } = conversion;
  for (const item of listOf(statement.args)?.items ?? []) {
    const name = optionOf(item, 'zone') as Token;
    const own = [...path, 'catalogs', name.text];
    settings.set(own, { members: {} }, name);
    const index = item.findIndex(
      (argument) => argument.kind === 'token' && /^default-(primaries|masters)$/i.test(argument.token.text),
    );
    const key = tokenAt(item, index);
    if (index >= 0 && key !== undefined) {
      setRemotes(item.slice(index), [...own, 'members', 'primaries'], key, conversion);
    }
    const folder = optionOf(item, 'zone-directory');
    if (folder !== undefined) {
      conversion.note('NC11', 'zone-directory has no meaning here: copies are kept in data-dir', folder);
    }
  }
}
