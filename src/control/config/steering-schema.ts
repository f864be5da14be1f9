/** The shape of what ringzone.yaml says of SRV: their order, the health of their targets, the order of other records. */
import * as z from 'zod/mini';
import { Reaction, SrvOrder } from '../../plane/steering/steering-policy.ts';
import type { CodeRange, HealthHook, ProbePlace } from '../health/health-plan.ts';
import { leaf } from './leaf.ts';
import { parseBoolean, parseDuration, parseInteger, parseListen, parseWord, show, ValueProblem } from './values.ts';

/** A duration between two, in milliseconds. */
const between = (what: string, leastMs: number, mostMs: number, bounds: string) =>
  leaf((input) => {
    const ms = parseDuration(input);
    if (ms instanceof ValueProblem || (ms >= leastMs && ms <= mostMs)) return ms;
    return new ValueProblem('CF06', `${what} is between ${bounds}`);
  });

const srvOrder = leaf((input): SrvOrder | ValueProblem => {
  const word = parseWord(['zone', 'cyclic', 'rfc2782', 'shape', 'sticky'])(input);
  return word instanceof ValueProblem ? word : SrvOrder[word];
});

const reaction = leaf((input): Reaction | ValueProblem => {
  const word = parseWord(['demote', 'withdraw', 'order'])(input);
  return word instanceof ValueProblem ? word : Reaction[word];
});

/** Bits that an IPv4 and an IPv6 network has. */
const stickyPrefix = leaf((input): readonly [number, number] | ValueProblem => {
  const hint = 'write the bits of an IPv4 and of an IPv6 network: [32, 56]';
  if (!Array.isArray(input) || input.length !== 2)
    return new ValueProblem('CF05', `expected two lengths of prefixes, found ${show(input)}`, hint);
  const four = parseInteger(1, 32)(input[0]);
  const six = parseInteger(1, 128)(input[1]);
  if (four instanceof ValueProblem) return new ValueProblem('CF06', `for IPv4 ${four.message}`, hint);
  if (six instanceof ValueProblem) return new ValueProblem('CF06', `for IPv6 ${six.message}`, hint);
  return [four, six];
});

const allDown = leaf(parseWord(['as-configured', 'empty']));

/** `[503, 480-489]`, or one alone; ranges of final replies (RFC 3261 §7.2). */
const codes = leaf((input): readonly CodeRange[] | ValueProblem => {
  const ranges: CodeRange[] = [];
  for (const written of Array.isArray(input) ? input : [input]) {
    const match = /^([2-6]\d\d)(?:-([2-6]\d\d))?$/.exec(String(written));
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? from);
    if (match === null || to < from)
      return new ValueProblem('CF06', `${show(written)} is not a code of a final reply`, 'write 503 or 500-599');
    ranges.push({ from, to });
  }
  return ranges;
});

const probePlace = leaf((input): ProbePlace | ValueProblem => {
  const place = parseListen(input, 0);
  if (!(place instanceof ValueProblem))
    return { address: place.address, port: place.port === 0 ? undefined : place.port };
  const hint = 'write 10.0.0.5, "10.0.0.5:5062", "2001:db8::5" or "[2001:db8::5]:5062"';
  return new ValueProblem('CF08', `${show(input)} is not an address to probe`, hint);
});

/** A URL, or a program and its arguments. */
const hook = leaf((input): HealthHook | ValueProblem => {
  if (typeof input === 'string' && /^https?:\/\//i.test(input)) {
    return URL.canParse(input) ? { url: input } : new ValueProblem('CF06', `${show(input)} is not a URL`);
  }
  const command = typeof input === 'string' ? [input] : input;
  const isCommand =
    Array.isArray(command) && command.length > 0 && command.every((part) => typeof part === 'string' && part !== '');
  if (isCommand) return { command };
  const hintText = 'write a path, [path, argument], or https://…';
  return new ValueProblem('CF05', `expected a program or a URL, found ${show(input)}`, hintText);
});

const boolean = leaf(parseBoolean);

const healthKeys = {
  probe: z.optional(leaf(parseWord(['sip-options', 'tcp-connect', 'none']))),
  interval: z.optional(between('an interval', 500, 3_600_000, '500ms and 1h')),
  timeout: z.optional(between('a time-out', 50, 60_000, '50ms and 1m')),
  fall: z.optional(leaf(parseInteger(1, 100))),
  rise: z.optional(leaf(parseInteger(1, 100))),
  'max-forwards': z.optional(leaf(parseInteger(0, 255))),
  'drain-codes': z.optional(codes),
  'fail-codes': z.optional(codes),
  'tls-verify': z.optional(boolean),
  reaction: z.optional(reaction),
  transport: z.optional(leaf(parseWord(['udp', 'tcp', 'tls']))),
  address: z.optional(z.record(z.string(), probePlace)),
  publish: z.optional(boolean),
  agree: z.optional(leaf(parseInteger(1, 100))),
};

/** `false` and `none` say the same as `probe: none`. */
const withWords = z.transform((input: unknown) => (input === false || input === 'none' ? { probe: 'none' } : input));

const healthMap = z.strictObject(healthKeys);
/** At the top stands also what there is once for the whole server. */
const topHealthMap = z.strictObject({
  ...healthKeys,
  hook: z.optional(hook),
  'probes-per-second': z.optional(leaf(parseInteger(1, 100_000))),
});

/** Of a view, a zone, an owner. */
export const steeringSettings = {
  'srv-order': z.optional(srvOrder),
  'sticky-prefix': z.optional(stickyPrefix),
  'degraded-ttl': z.optional(between('a TTL', 1000, 86_400_000, '1s and 1d')),
  'all-down': z.optional(allDown),
  health: z.optional(z.pipe(withWords, healthMap)),
};

export const topSteeringSettings = { ...steeringSettings, health: z.optional(z.pipe(withWords, topHealthMap)) };

export const ownerSchema = z.strictObject(steeringSettings);

export type ParsedHealth = z.infer<typeof healthMap>;
export type ParsedOwner = z.infer<typeof ownerSchema>;

/** The keys known at a place below one of `steeringSettings`; `undefined` elsewhere. */
export function steeringKeys(path: readonly PropertyKey[]): readonly string[] | undefined {
  if (path.at(-1) === 'health') return Object.keys(path.length === 1 ? topHealthMap.shape : healthMap.shape);
  return path.at(-2) === 'owners' ? Object.keys(ownerSchema.shape) : undefined;
}
