/** RDATA from and to presentation format, its check and its canonical form; all follow from the rows of the table. */
import { maxRdataOctets } from '../base/limits.ts';
import { octetAt } from '../base/octets.ts';
import type { Field } from './field.ts';
import { failMissing, needToken, quoteToken } from './field-problems.ts';
import { hexValue } from './fields/address.ts';
import { failTooLong } from './fields/name.ts';
import { digitsValue } from './fields/number.ts';
import type { RdataTokens } from './rdata-tokens.ts';
import { findRrType, type RrType } from './table.ts';
import { typeText } from './type-names.ts';

/**
 * Read the RDATA of one record of class IN in presentation format, in the type's own form or as `\# n HEX` (RFC 3597 §5).
 *
 * `out` needs room for 65,535 + 255 octets behind `outOffset`. Returns the octets written, or -1 after `tokens.fail`.
 */
export function parseRdata(type: number, tokens: RdataTokens, out: Uint8Array, outOffset: number): number {
  const row = findRrType(type);
  if (tokens.next()) {
    if (isGenericMark(tokens)) return parseGeneric(type, tokens, out, outOffset);
    tokens.putBack();
  }
  if (row?.fields === undefined) return failOpaque(tokens, typeText(type));
  let at = outOffset;
  for (let i = 0; i < row.fields.length; i++) {
    at = (row.fields[i] as Field).parse(tokens, out, at, row.mnemonic);
    if (at < 0) return -1;
  }
  if (tokens.next()) return failSurplus(tokens, row);
  if (at - outOffset > maxRdataOctets) return failTooLong(tokens, row.mnemonic);
  if (row.rule !== undefined) {
    const problem = row.rule(out, outOffset, at);
    if (problem !== undefined) return tokens.fail('ZF29', `${row.mnemonic}: ${problem}`);
  }
  return at - outOffset;
}

/**
 * The RDATA in presentation format on one line, as BIND prints it: names absolute, strings in quotes. Data without a form
 * of its own is `\# n HEX`. `parseRdata` gives the same octets back.
 */
export function formatRdata(type: number, octets: Uint8Array, offset: number, length: number): string {
  const fields = findRrType(type)?.fields;
  if (fields === undefined || !checkRdata(type, octets, offset, length)) return formatGeneric(octets, offset, length);
  const end = offset + length;
  let text = '';
  let at = offset;
  for (const field of fields) {
    const next = field.check(octets, at, end);
    const part = field.format(octets, at, next);
    if (part === undefined) return formatGeneric(octets, offset, length);
    if (part !== '') text += text === '' ? part : ` ${part}`;
    at = next;
  }
  return text;
}

/**
 * Whether these octets are RDATA of the type, names uncompressed. Any octets are data of an unknown type. Looks at each
 * octet a bounded number of times and never throws.
 */
export function checkRdata(type: number, octets: Uint8Array, offset: number, length: number): boolean {
  if (length > maxRdataOctets) return false;
  const row = findRrType(type);
  if (row?.fields === undefined) return true;
  const end = offset + length;
  let at = offset;
  for (let i = 0; i < row.fields.length; i++) {
    at = (row.fields[i] as Field).check(octets, at, end);
    if (at < 0) return false;
  }
  return at === end && (row.rule === undefined || row.rule(octets, offset, end) === undefined);
}

/** Bring valid RDATA into canonical form, in place (RFC 4034 §6.2 with RFC 6840 §5.1): lower-case the names of old types. */
export function canonicalizeRdata(type: number, octets: Uint8Array, offset: number, length: number): void {
  const fields = findRrType(type)?.fields;
  if (fields === undefined) return;
  const end = offset + length;
  let at = offset;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as Field;
    const next = field.check(octets, at, end);
    if (next < 0) return;
    if (field.canonicalize !== undefined) field.canonicalize(octets, at, next);
    at = next;
  }
}

/** Whether the current token is `\#` (RFC 3597 §5). */
function isGenericMark(tokens: RdataTokens): boolean {
  const { octets, start } = tokens;
  return (
    tokens.end - start === 2 &&
    octetAt(octets, start) === backslash &&
    octetAt(octets, start + 1) === hash &&
    !tokens.quoted
  );
}

function parseGeneric(type: number, tokens: RdataTokens, out: Uint8Array, outOffset: number): number {
  const mnemonic = typeText(type);
  if (!needToken(tokens, mnemonic, 'length', '4')) return -1;
  const length = digitsValue(tokens.octets, tokens.start, tokens.end, maxRdataOctets);
  if (length < 0) {
    return tokens.fail(
      'ZF28',
      `the length of ${mnemonic} must be a number from 0 to ${maxRdataOctets}, not ${quoteToken(tokens)}`,
      genericHint,
    );
  }
  let digits = 0;
  while (tokens.next()) {
    for (let i = tokens.start; i < tokens.end; i++) {
      const value = hexValue(octetAt(tokens.octets, i));
      if (value < 0) return tokens.fail('ZF28', `${quoteToken(tokens)} is not hexadecimal`, genericHint);
      const at = outOffset + (digits >>> 1);
      out[at] = (digits & 1) === 0 ? value << 4 : octetAt(out, at) | value;
      digits++;
    }
  }
  if (digits !== 2 * length) {
    return tokens.fail(
      'ZF28',
      `${mnemonic} says ${length} octets, and ${digits} hexadecimal digits follow`,
      `write ${2 * length} digits, or ${Math.ceil(digits / 2)} as the length`,
    );
  }
  if (checkRdata(type, out, outOffset, length)) return length;
  return tokens.fail(
    'ZF28',
    `these ${length} octets are not data of ${mnemonic}`,
    `write the data in the form of ${mnemonic}`,
  );
}

/** RFC 3597 §5. */
function formatGeneric(octets: Uint8Array, offset: number, length: number): string {
  let text = `\\# ${length}`;
  if (length > 0) text += ' ';
  for (let i = 0; i < length; i++)
    text += octetAt(octets, offset + i)
      .toString(16)
      .padStart(2, '0')
      .toUpperCase();
  return text;
}

function failSurplus(tokens: RdataTokens, row: RrType): -1 {
  const fields = (row.fields ?? []).map((field) => field.label).join(', ');
  return tokens.fail(
    'ZF21',
    `${row.mnemonic} has nothing more to say, and ${quoteToken(tokens)} follows`,
    `its fields are: ${fields}; remove the rest, or put quotes around a text with blanks`,
  );
}

function failOpaque(tokens: RdataTokens, mnemonic: string): -1 {
  if (!tokens.next()) return failMissing(tokens, mnemonic, 'length', '\\# 0');
  return tokens.fail('ZF28', `the data of ${mnemonic} can be written in the form of RFC 3597 only`, genericHint);
}

const backslash = 0x5c;
const hash = 0x23;
const genericHint = 'write \\#, the number of octets, and the octets in hexadecimal: \\# 4 0A000001';
