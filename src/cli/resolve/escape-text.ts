/** Octets of a message, as latin-1, for a terminal: what is not printable as `\\DDD` (RFC 1035 §5.1), and a backslash behind another. */
export function escapeText(text: string): string {
  return text.replace(/[^\u0020-\u007e]|\\/g, (character) =>
    character === '\\' ? '\\\\' : `\\${String(character.charCodeAt(0) & 255).padStart(3, '0')}`,
  );
}
