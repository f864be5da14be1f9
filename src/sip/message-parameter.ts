/**
 * The value of a parameter behind the first element of a header field (RFC 3261 §25.1: `*( SEMI generic-param )`): of
 * `"A;tag=1" <sip:a@b;tag=2>;tag=3` the tag is 3. `undefined`: there is none, or it has no value. Takes as many steps as the value has
 * characters.
 *
 * @param name in lower case
 */
export function findParameter(value: string, name: string): string | undefined {
  let start = -1;
  for (let at = 0; at <= value.length; at++) {
    const char = value[at];
    if (char === '"') at = skipQuoted(value, at);
    else if (char === '<') at = skipBracketed(value, at);
    else if (char === ';' || char === ',' || char === undefined) {
      const found = start === -1 ? undefined : readParameter(value.slice(start, at), name);
      if (found !== undefined) return found;
      // A comma begins the next element, whose parameters are not asked for.
      if (char !== ';') return undefined;
      start = at + 1;
    }
  }
  return undefined;
}

/** Index of the quote that ends the one at `at`, or of the last character. */
function skipQuoted(value: string, at: number): number {
  for (let i = at + 1; i < value.length; i++) {
    if (value[i] === '\\') i++;
    else if (value[i] === '"') return i;
  }
  return value.length;
}

function skipBracketed(value: string, at: number): number {
  const end = value.indexOf('>', at);
  return end === -1 ? value.length : end;
}

function readParameter(text: string, name: string): string | undefined {
  const equals = text.indexOf('=');
  if (equals === -1 || text.slice(0, equals).trim().toLowerCase() !== name) return undefined;
  const value = text.slice(equals + 1).trim();
  return value === '' ? undefined : value;
}
