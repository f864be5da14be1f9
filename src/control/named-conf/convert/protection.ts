/** What protects the server from those who abuse it: rate limits and cookies. */
import type { Path } from '../../config/yaml-source.ts';
import { nameOf, type Statement } from '../tree.ts';
import { blockOf, firstValue, isYes } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { setMatches } from './match-lists.ts';

/** `path`: that of the view. */
export function setRateLimit(block: Statement, path: Path, conversion: Conversion): void {
  const { settings } = conversion;
  const own = [...path, 'rate-limit'];
  settings.set(own, {}, block.keyword);
  for (const statement of blockOf(block)) {
    const key = nameOf(statement);
    const token = firstValue(statement);
    if (key === 'exempt-clients') setMatches(statement, [...own, key], conversion);
    else settings.set([...own, key], key === 'log-only' ? isYes(token) : Number(token.text), statement.keyword, token);
  }
}

/** The first makes cookies, and all are taken (RFC 7873 §7.2). */
export function addCookieSecret(statement: Statement, { settings }: Conversion): void {
  const before = settings.get(['cookie-secret']);
  const secrets: readonly unknown[] = Array.isArray(before) ? before : [];
  const token = firstValue(statement);
  settings.set(['cookie-secret'], [...secrets, token.text], statement.keyword, token);
  settings.mark(['cookie-secret', secrets.length], statement.keyword, token);
}
