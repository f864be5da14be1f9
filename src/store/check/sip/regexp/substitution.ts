/** NAPTR's substitution expression, `!pattern!replacement!flags` (RFC 3402 §3.2). */

export interface Substitution {
  readonly pattern: string;
  readonly replacement: string;
  readonly ignoresCase: boolean;
}

/** Take a string apart that is known to be whole: three delimiters, nothing but `i` behind the last. `undefined` for others. */
export function splitSubstitution(text: string): Substitution | undefined {
  const delimiter = text[0];
  if (delimiter === undefined) return undefined;
  const parts = [''];
  for (let i = 1; i < text.length; i++) {
    const character = text[i] as string;
    if (character === delimiter) parts.push('');
    else if (character === '\\') {
      // An escaped delimiter is the delimiter itself.
      const escaped = text[++i] ?? '';
      parts[parts.length - 1] += escaped === delimiter ? escaped : `\\${escaped}`;
    } else parts[parts.length - 1] += character;
  }
  const [pattern, replacement, flags] = parts;
  if (parts.length !== 3 || pattern === undefined || replacement === undefined) return undefined;
  return { pattern, replacement, ignoresCase: flags === 'i' };
}

/** The scheme of the URI that a replacement makes, in lower case; '' where it makes none, `undefined` where a group decides. */
export function schemeOf(replacement: string): string | undefined {
  if (/^\\[1-9]/.test(replacement)) return undefined;
  return /^([a-z][a-z0-9+.-]*):./i.exec(replacement)?.[1]?.toLowerCase() ?? '';
}
