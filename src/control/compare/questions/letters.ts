/** The text with its ASCII letters in lower case; all other octets are no letters in a name (RFC 4343 §3). */
export function lowerLetters(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
}
