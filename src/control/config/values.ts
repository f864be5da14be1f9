/** The values that a configuration is written with: durations, sizes, addresses, words. Each parser says what is wrong. */
import { isIP } from 'node:net';
import type { ListenAddress } from '../../plane/messages.ts';
import { asWireName, parseName, rootName, type WireName } from '../../wire/name.ts';
import type { ConfigCode } from './codes.ts';
import { nearestWord } from './nearest-word.ts';

/** Why a value is refused. */
export class ValueProblem {
  readonly code: ConfigCode;
  readonly message: string;
  readonly hint: string | undefined;

  constructor(code: ConfigCode, message: string, hint?: string) {
    this.code = code;
    this.message = message;
    this.hint = hint;
  }
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `5s`, `1w2d`, `500ms` in milliseconds. A unit is required: BIND counts these in seconds here and in tenths there. */
export function parseDuration(input: unknown): number | ValueProblem {
  const hint = 'write a number and a unit: 500ms, 30s, 5m, 1h30m, 1w2d';
  if (typeof input === 'number') return new ValueProblem('CF07', `duration ${input} has no unit`, hint);
  if (typeof input !== 'string' || !/^(\d+(ms|[smhdw]))+$/i.test(input)) {
    return new ValueProblem('CF07', `${show(input)} is not a duration`, hint);
  }
  let total = 0;
  for (const [, digits, unit] of input.toLowerCase().matchAll(/(\d+)(ms|[smhdw])/g)) {
    total += Number(digits) * (unitMs[unit ?? ''] ?? 0);
  }
  return total;
}

/** `100M`, `2k`, `1G`, a plain number of octets, or `unlimited` (`undefined`). Powers of 1024, as in BIND. */
export function parseSize(input: unknown): number | undefined | ValueProblem {
  if (input === 'unlimited') return undefined;
  const match = /^(\d{1,12})([kmg]?)b?$/i.exec(String(input));
  if ((typeof input !== 'number' && typeof input !== 'string') || match === null) {
    return new ValueProblem('CF07', `${show(input)} is not a size`, 'write octets, or 500k, 100M, 1G, or unlimited');
  }
  const power = { '': 0, k: 1, m: 2, g: 3 }[(match[2] ?? '').toLowerCase()] ?? 0;
  return Number(match[1]) * 1024 ** power;
}

export const dnsPort = 53;

/** Places for readers of the arena, less the TCP worker's and room for transfers that pin a version. */
export const maxUdpWorkers = 56;

/** "0.0.0.0:53", "[::]:53", "127.0.0.1", "::1". */
export function parseListen(input: unknown, defaultPort = dnsPort): ListenAddress | ValueProblem {
  const problem = (why: string) =>
    new ValueProblem(
      'CF08',
      `${show(input)} is not an address to listen on${why}`,
      'write an address and a port: "127.0.0.1:53", "[::1]:53", "0.0.0.0:53" for all IPv4, "[::]:53" for all IPv6',
    );
  if (typeof input !== 'string') return problem('');
  const match = /^\[([^\]]*)\](?::(.*))?$/.exec(input) ?? /^([^:]*)(?::([^:]*))?$/.exec(input);
  const address = match === null ? input : (match[1] ?? '');
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return problem('');
  if (family === 4 && input.startsWith('[')) return problem(': only IPv6 is written in brackets');
  const portText = match?.[2];
  const port = portText === undefined ? defaultPort : /^\d{1,5}$/.test(portText) ? Number(portText) : -1;
  if (port < 0 || port > 65_535)
    return problem(`: port ${show(portText)} is not between 1 and 65535 (0 takes a free one)`);
  return { family: family === 4 ? 4 : 6, address, port };
}

/** BIND's `*` or any is the system's choice (`any`); it has to be one of this host's, which shows when it is used. */
export function parseSource(family: 4 | 6): (input: unknown) => string | ValueProblem {
  return (input) => {
    if (input === '*' || input === 'any') return 'any';
    if (typeof input === 'string' && isIP(input) === family && !input.includes('%')) return input;
    const hint = `write one of this host's addresses without a port, or any; for IPv${10 - family} there is another setting`;
    return new ValueProblem('CF08', `${show(input)} is not an IPv${family} address to send from`, hint);
  };
}

/** An absolute name, with or without its final dot. */
export function parseZoneName(text: string): WireName | ValueProblem {
  const source = new TextEncoder().encode(text);
  const out = new Uint8Array(256);
  const octets = parseName(source, 0, source.length, rootName, out, 0);
  if (octets < 0) return new ValueProblem('CF15', `${show(text)} is not a domain name`);
  return asWireName(out.slice(0, octets));
}

/** true and false, and BIND's yes and no, which YAML 1.2 reads as text. */
export function parseBoolean(input: unknown): boolean | ValueProblem {
  if (typeof input === 'boolean') return input;
  const word = typeof input === 'string' ? input.toLowerCase() : '';
  if (['yes', 'on', 'true'].includes(word)) return true;
  if (['no', 'off', 'false'].includes(word)) return false;
  return new ValueProblem('CF05', `expected true or false, found ${show(input)}`);
}

export function parseText(input: unknown): string | ValueProblem {
  if (typeof input === 'string' && input !== '') return input;
  return new ValueProblem('CF05', `expected text, found ${show(input)}`);
}

export function parseInteger(min: number, max: number): (input: unknown) => number | ValueProblem {
  return (input) => {
    if (typeof input !== 'number') return new ValueProblem('CF05', `expected a number, found ${show(input)}`);
    if (Number.isInteger(input) && input >= min && input <= max) return input;
    return new ValueProblem('CF06', `${input} is not a whole number between ${min} and ${max}`);
  };
}

/** `75%`, the same as the number 75, or `unlimited` (`Infinity`). */
export function parsePercentage(input: unknown): number | ValueProblem {
  if (input === 'unlimited') return Number.POSITIVE_INFINITY;
  const match = /^(\d{1,6})%?$/.exec(typeof input === 'number' || typeof input === 'string' ? String(input) : '');
  if (match !== null && Number(match[1]) > 0) return Number(match[1]);
  return new ValueProblem('CF06', `${show(input)} is not a percentage`, 'write 100% or unlimited');
}

/** UDP workers: a number, as YAML or as text of the command line, or `auto`. */
export function parseWorkers(input: unknown): number | 'auto' | ValueProblem {
  if (input === 'auto') return input;
  const number = Number(/^\d{1,3}$/.test(String(input)) ? input : 0);
  if (number >= 1 && number <= maxUdpWorkers) return number;
  return new ValueProblem('CF06', `${show(input)} is not auto or a number from 1 to ${maxUdpWorkers}`);
}

/** One of `words`, in any case. */
export function parseWord<const W extends string>(words: readonly W[]): (input: unknown) => W | ValueProblem {
  return (input) => {
    const found = typeof input === 'string' ? words.find((word) => word === input.toLowerCase()) : undefined;
    if (found !== undefined) return found;
    const near = typeof input === 'string' ? nearestWord(input, words) : undefined;
    return new ValueProblem(
      'CF06',
      `${show(input)} is not one of ${words.join(', ')}`,
      near === undefined ? undefined : `did you mean ${near}?`,
    );
  };
}

/** A value as a person would recognise it in a message. */
export function show(input: unknown): string {
  if (input === undefined || input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a map';
  const text = typeof input === 'string' ? JSON.stringify(input) : String(input);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
