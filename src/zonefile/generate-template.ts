/**
 * The templates of `$GENERATE`, as BIND reads them: `$` is the number, `${offset,width,base}` the number plus an offset,
 * padded with zeros to a width, in the base d, o, x, X, n or N (n and N: hexadecimal digits as labels, lowest first);
 * `$$` is a dollar sign, and what follows a backslash stays as it is.
 */
import { octetAt } from '../base/octets.ts';

type Base = 'd' | 'o' | 'x' | 'X' | 'n' | 'N';

/** A part of a template: octets as they are, or a form of the number. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly octets: Uint8Array }
  | { readonly kind: 'number'; readonly offset: number; readonly width: number; readonly base: Base };

export type Template = readonly TemplatePart[];

/** Widths from here on are refused, as BIND does. */
const maxWidth = 127;

/** Read a template, or say in words what is wrong with it. */
export function parseTemplate(text: Uint8Array): Template | string {
  const parts: TemplatePart[] = [];
  let literal: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const octet = octetAt(text, at);
    if (octet === backslash && at + 1 < text.length) {
      literal.push(octet, octetAt(text, ++at));
    } else if (octet !== dollar) {
      literal.push(octet);
    } else if (text[at + 1] === dollar) {
      literal.push(octetAt(text, ++at));
    } else {
      parts.push({ kind: 'text', octets: Uint8Array.from(literal) });
      literal = [];
      const end = text[at + 1] === openBrace ? text.indexOf(closeBrace, at) : at;
      if (end < 0) return `"\${" without "}"`;
      const part = parseNumberForm(String.fromCharCode(...text.slice(at + 1, end + 1)));
      if (typeof part === 'string') return part;
      parts.push(part);
      at = end;
    }
  }
  parts.push({ kind: 'text', octets: Uint8Array.from(literal) });
  return parts.filter((part) => part.kind === 'number' || part.octets.length > 0);
}

function parseNumberForm(form: string): TemplatePart | string {
  if (form === '') return { kind: 'number', offset: 0, width: 0, base: 'd' };
  const match = /^\{\s*([+-]?\d{1,10})(?:,\s*(\d{1,10})(?:,([doxXnN]))?)?\}$/.exec(form);
  if (match === null) return `"$${form}" is not \${offset,width,base} with a base of d, o, x, X, n or N`;
  const width = Number(match[2] ?? 0);
  if (width > maxWidth) return `the width ${width} is over ${maxWidth}`;
  return { kind: 'number', offset: Number(match[1]), width, base: (match[3] ?? 'd') as Base };
}

/** Write the template with its number at `out[0]`; returns the octets, or -1 where they don't fit. */
export function expandTemplate(template: Template, value: number, out: Uint8Array): number {
  let length = 0;
  for (const part of template) {
    if (part.kind === 'text') {
      if (length + part.octets.length > out.length) return -1;
      out.set(part.octets, length);
      length += part.octets.length;
      continue;
    }
    const text = formatNumber(value + part.offset, part.width, part.base);
    if (length + text.length > out.length) return -1;
    for (let i = 0; i < text.length; i++) out[length++] = text.charCodeAt(i);
  }
  return length;
}

function formatNumber(value: number, width: number, base: Base): string {
  switch (base) {
    case 'd':
      // The sign counts for the width, as in C's printf.
      return value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0');
    case 'o':
      return (value >>> 0).toString(8).padStart(width, '0');
    case 'x':
      return (value >>> 0).toString(16).padStart(width, '0');
    case 'X':
      return (value >>> 0).toString(16).toUpperCase().padStart(width, '0');
    default:
      return formatNibbles(value >>> 0, width, base === 'N');
  }
}

/** Hexadecimal digits as labels, the lowest first. The width counts digits and the dots between them. */
function formatNibbles(value: number, width: number, isUpperCase: boolean): string {
  let text = '';
  do {
    const digit = (value & 0x0f).toString(16);
    text += isUpperCase ? digit.toUpperCase() : digit;
    value >>>= 4;
    if (text.length < width || value !== 0) text += '.';
  } while (text.length < width || value !== 0);
  return text;
}

const backslash = 0x5c;
const dollar = 0x24;
const openBrace = 0x7b;
const closeBrace = 0x7d;
