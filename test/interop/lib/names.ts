/** Names between text and octets, for tests; a second hand beside src/wire/name.ts. */

export function nameToWire(text: string): number[] {
  const octets: number[] = [];
  let label: number[] = [];
  const source = Buffer.from(text, 'utf8');
  for (let i = 0; i < source.length; i++) {
    const octet = source[i] as number;
    if (octet === 0x5c) {
      const digits = /^\d{3}/.exec(source.toString('latin1', i + 1, i + 4));
      label.push(digits === null ? (source[i + 1] as number) : Number(digits[0]));
      i += digits === null ? 1 : 3;
    } else if (octet === 0x2e) {
      if (label.length > 0) octets.push(label.length, ...label);
      label = [];
    } else label.push(octet);
  }
  if (label.length > 0) octets.push(label.length, ...label);
  return [...octets, 0];
}

/** One label as dig shows it. */
export function labelToText(label: Uint8Array): string {
  let text = '';
  for (const octet of label) text += octetTexts[octet];
  return text;
}

const octetTexts = Array.from({ length: 256 }, (_, octet) => {
  if (octet <= 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, '0')}`;
  const character = String.fromCharCode(octet);
  return '.;\\()"@$'.includes(character) ? `\\${character}` : character;
});
