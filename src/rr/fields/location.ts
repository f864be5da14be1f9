/** LOC: latitude, longitude, altitude, size and precisions (RFC 1876). */
import { octetAt, putU32, u32At } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { failMissing, quoteToken } from '../field-problems.ts';
import type { RdataTokens } from '../rdata-tokens.ts';
import { digitsValue } from './number.ts';

/** The equator and the prime meridian; a thousandth of an arc second is one step. */
const middle = 0x8000_0000;
const stepsPerDegree = 3_600_000;
/** Altitudes count centimetres from 100 km below the WGS 84 spheroid. */
const altitudeBaseCm = 10_000_000;
const locOctets = 16;

export function location(): Field {
  return field({
    kind: 'loc',
    label: 'latitude, longitude, altitude, size, precisions',
    example: '52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m',
    fixedOctets: locOctets,
    parse(tokens, out, at, mnemonic) {
      const latitude = parseAngle(tokens, mnemonic, 'latitude', 90, letterN, letterS);
      if (latitude < 0) return -1;
      const longitude = parseAngle(tokens, mnemonic, 'longitude', 180, letterE, letterW);
      if (longitude < 0) return -1;
      if (!tokens.next()) return failMissing(tokens, mnemonic, 'altitude', '0m');
      const altitude = centimetres(tokens.octets, tokens.start, tokens.end) + altitudeBaseCm;
      // Not a number compares false with everything.
      if (!(altitude >= 0 && altitude <= 0xffff_ffff)) {
        return tokens.fail(
          'ZF22',
          `the altitude of LOC must be from -100000.00 to 42849672.95 metres, not ${quoteToken(tokens)}`,
          'write metres with at most two decimals, for example 12.50m',
        );
      }
      out[at] = 0;
      for (let i = 0; i < 3; i++) {
        const precision = parsePrecision(tokens, i);
        if (precision < 0) return -1;
        out[at + 1 + i] = precision;
      }
      putU32(out, at + 4, latitude);
      putU32(out, at + 8, longitude);
      putU32(out, at + 12, altitude);
      return at + locOctets;
    },
    check(octets, at, end) {
      if (at + locOctets > end) return -1;
      // Other versions have a form that nobody knows (RFC 1876 §2); they would be data of another kind.
      if (octetAt(octets, at) !== 0) return -1;
      for (let i = 1; i <= 3; i++) if (!isPrecision(octetAt(octets, at + i))) return -1;
      const valid = isAngle(u32At(octets, at + 4), 90) && isAngle(u32At(octets, at + 8), 180);
      return valid ? at + locOctets : -1;
    },
    format(octets, at) {
      const altitude = u32At(octets, at + 12) - altitudeBaseCm;
      return [
        formatAngle(u32At(octets, at + 4), 'N', 'S'),
        formatAngle(u32At(octets, at + 8), 'E', 'W'),
        `${altitude < 0 ? '-' : ''}${Math.floor(Math.abs(altitude) / 100)}.${twoDigits(Math.abs(altitude) % 100)}m`,
        formatPrecision(octetAt(octets, at + 1)),
        formatPrecision(octetAt(octets, at + 2)),
        formatPrecision(octetAt(octets, at + 3)),
      ].join(' ');
    },
  });
}

/** Degrees, and where they are written minutes and seconds, up to the letter; the 32 bits of the wire, or -1. */
function parseAngle(
  tokens: RdataTokens,
  mnemonic: string,
  label: string,
  maxDegrees: number,
  positive: number,
  negative: number,
): number {
  let steps = 0;
  for (let part = 0; ; part++) {
    if (!tokens.next()) return failMissing(tokens, mnemonic, label, label === 'latitude' ? '52 22 23 N' : '4 53 32 E');
    const { octets, start, end } = tokens;
    if (part > 0 && end - start === 1) {
      const letter = octetAt(octets, start) & 0xdf;
      if (letter === positive || letter === negative) {
        if (steps > maxDegrees * stepsPerDegree) break;
        return letter === positive ? middle + steps : middle - steps;
      }
    }
    const value =
      part === 2 ? thousandths(octets, start, end) : digitsValue(octets, start, end, part === 0 ? maxDegrees : 59);
    if (value < 0 || part > 2) break;
    if (part === 0) steps = value * stepsPerDegree;
    else steps += part === 1 ? value * 60_000 : value;
  }
  const letters = `${String.fromCharCode(positive)} or ${String.fromCharCode(negative)}`;
  return tokens.fail(
    'ZF22',
    `the ${label} of ${mnemonic} is wrong at ${quoteToken(tokens)}`,
    `write degrees up to ${maxDegrees}, minutes and seconds up to 59.999, then ${letters}`,
  );
}

/** Seconds with up to three decimals in thousandths, below 60,000; -1 where it isn't that. */
function thousandths(octets: Uint8Array, start: number, end: number): number {
  const value = decimal(octets, start, end, 3);
  return value >= 0 && value < 60_000 ? value : -1;
}

/** Metres with up to two decimals and an optional `m`, in centimetres; NaN where it isn't that. */
function centimetres(octets: Uint8Array, start: number, end: number): number {
  const first = start < end ? octetAt(octets, start) : 0;
  const isNegative = first === minus;
  const from = isNegative || first === plus ? start + 1 : start;
  const to = end > from && (octetAt(octets, end - 1) | 0x20) === 0x6d ? end - 1 : end;
  const value = decimal(octets, from, to, 2);
  if (value < 0) return Number.NaN;
  return isNegative ? -value : value;
}

/** A decimal number times 10^`places`, at most `places` digits behind the point; -1 where it isn't one. */
function decimal(octets: Uint8Array, start: number, end: number, places: number): number {
  let pointAt = start;
  while (pointAt < end && octetAt(octets, pointAt) !== dot) pointAt++;
  const whole = digitsValue(octets, start, pointAt, 0xffff_ffff);
  if (whole < 0) return -1;
  if (pointAt >= end) return whole * 10 ** places;
  const digits = end - pointAt - 1;
  if (digits === 0) return whole * 10 ** places;
  const fraction = digits > places ? -1 : digitsValue(octets, pointAt + 1, end, 0xffff_ffff);
  return fraction < 0 ? -1 : whole * 10 ** places + fraction * 10 ** (places - digits);
}

/** RFC 1876 §3: 1 m, 10 km and 10 m where they are not written. */
const defaultPrecisions = [0x12, 0x16, 0x13] as const;
const precisionLabels = ['size', 'horizontal precision', 'vertical precision'] as const;

/** The next token as mantissa and power of ten (RFC 1876 §2), digits behind the first cut as BIND does. */
function parsePrecision(tokens: RdataTokens, index: number): number {
  if (!tokens.next()) return defaultPrecisions[index] as number;
  let mantissa = centimetres(tokens.octets, tokens.start, tokens.end);
  if (!(mantissa >= 0 && mantissa <= 9e9)) {
    return tokens.fail(
      'ZF22',
      `the ${precisionLabels[index]} of LOC must be from 0 to 90000000.00 metres, not ${quoteToken(tokens)}`,
      'write metres with at most two decimals, for example 10m',
    );
  }
  let exponent = 0;
  for (; mantissa >= 10; exponent++) mantissa = Math.floor(mantissa / 10);
  return (mantissa << 4) | exponent;
}

function isPrecision(octet: number): boolean {
  return octet === 0 || (octet >>> 4 >= 1 && octet >>> 4 <= 9 && (octet & 15) <= 9);
}

function formatPrecision(octet: number): string {
  const cm = (octet >>> 4) * 10 ** (octet & 15);
  return cm < 100 ? `0.${twoDigits(cm)}m` : `${cm / 100}m`;
}

function isAngle(value: number, maxDegrees: number): boolean {
  return Math.abs(value - middle) <= maxDegrees * stepsPerDegree;
}

function formatAngle(value: number, positive: string, negative: string): string {
  const steps = Math.abs(value - middle);
  const degrees = Math.floor(steps / stepsPerDegree);
  const minutes = Math.floor((steps % stepsPerDegree) / 60_000);
  const thousandth = steps % 60_000;
  const seconds = `${Math.floor(thousandth / 1000)}.${String(thousandth % 1000).padStart(3, '0')}`;
  return `${degrees} ${minutes} ${seconds} ${value >= middle ? positive : negative}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

const dot = 0x2e;
const minus = 0x2d;
const plus = 0x2b;
const letterE = 0x45;
const letterN = 0x4e;
const letterS = 0x53;
const letterW = 0x57;
