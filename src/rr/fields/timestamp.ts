/** The times of RRSIG and SIG: seconds since 1970 in 32 bits, written as YYYYMMDDHHmmSS in UTC (RFC 4034 §3.2). */
import { putU32, u32At } from '../../base/octets.ts';
import { type Field, field } from '../field.ts';
import { needToken, quoteToken } from '../field-problems.ts';
import { digitsValue, maxU32 } from './number.ts';

export function timestamp(label: string): Field {
  const example = '20300101000000';
  return field({
    kind: 'u32',
    label,
    example,
    fixedOctets: 4,
    parse(tokens, out, at, mnemonic) {
      if (!needToken(tokens, mnemonic, label, example)) return -1;
      const { octets, start, end } = tokens;
      const value = end - start === 14 ? dateValue(octets, start) : digitsValue(octets, start, end, maxU32);
      if (value < 0) {
        return tokens.fail(
          'ZF22',
          `the ${label} of ${mnemonic} must be a time as YYYYMMDDHHmmSS, not ${quoteToken(tokens)}`,
          `write 14 digits in UTC, for example ${example}, or the seconds since 1970`,
        );
      }
      putU32(out, at, value);
      return at + 4;
    },
    check: (_octets, at, end) => (at + 4 <= end ? at + 4 : -1),
    format: (octets, at) => formatDate(u32At(octets, at)),
  });
}

/** Seconds since 1970 modulo 2^32 of the date in fourteen digits; -1 where it isn't one. */
function dateValue(octets: Uint8Array, at: number): number {
  const year = digitsValue(octets, at, at + 4, 9999);
  const month = digitsValue(octets, at + 4, at + 6, 12);
  const day = digitsValue(octets, at + 6, at + 8, 31);
  const hour = digitsValue(octets, at + 8, at + 10, 23);
  const minute = digitsValue(octets, at + 10, at + 12, 59);
  // A leap second is a time as well.
  const second = digitsValue(octets, at + 12, at + 14, 60);
  if (year < 1970 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0) return -1;
  if (day > daysIn(year, month)) return -1;
  return (Date.UTC(year, month - 1, day, hour, minute, second) / 1000) % (maxU32 + 1);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** In the years 1970 to 2106: without a clock there is no other reading of 32 bits (RFC 4034 §3.1.5). */
function formatDate(secondsSince1970: number): string {
  return new Date(secondsSince1970 * 1000).toISOString().slice(0, 19).replace(/[-T:]/g, '');
}
