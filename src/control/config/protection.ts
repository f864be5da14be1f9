/** What protects the server, and others from it: `rate-limit` and the cookies. */
import * as z from 'zod/mini';
import { AccessList } from '../../plane/access/access-list-table.ts';
import type { AnswerSettings, CookieSettings } from '../../plane/answer-settings.ts';
import { type RateLimit, ResponseKind } from '../../plane/rate-limit/rate-limit.ts';
import type { AclResolver } from '../access/acl-resolver.ts';
import type { ViewConfig } from './config.ts';
import { leaf } from './leaf.ts';
import type { Report } from './report.ts';
import { parseBoolean, parseInteger, parseWord, ValueProblem } from './values.ts';
import type { Path } from './yaml-source.ts';

const integer = (min: number, max: number) => z.optional(leaf(parseInteger(min, max)));
const perSecond = integer(0, 1000);
const tableSize = integer(1, 4_294_967_295);
/** BIND's where none is given. */
const defaultTableSize = 500;

/** Of the whole server or of a view. Ranges are BIND's. */
export const rateLimitSchema = z.strictObject({
  'all-per-second': perSecond,
  'errors-per-second': perSecond,
  'nodata-per-second': perSecond,
  'nxdomains-per-second': perSecond,
  'referrals-per-second': perSecond,
  'responses-per-second': perSecond,
  'exempt-clients': z.optional(z.unknown()),
  'ipv4-prefix-length': integer(1, 32),
  'ipv6-prefix-length': integer(16, 64),
  'log-only': z.optional(leaf(parseBoolean)),
  'max-table-size': tableSize,
  'min-table-size': tableSize,
  'qps-scale': integer(1, 4_294_967_295),
  slip: integer(0, 10),
  window: integer(1, 3600),
});

/** One or several; the first makes cookies, and all are taken. A value is never shown. */
const cookieSecrets = leaf((input): readonly string[] | ValueProblem => {
  const secrets: readonly unknown[] = Array.isArray(input) ? input : [input];
  const isSecret = (secret: unknown): secret is string =>
    typeof secret === 'string' && /^([0-9a-f]{2}){16}$/i.test(secret);
  if (secrets.length > 0 && secrets.every(isSecret)) return secrets;
  return new ValueProblem('CF06', 'a secret of cookies is not 32 hexadecimal digits', 'openssl rand -hex 16 makes one');
});

export const cookieSettings = {
  'answer-cookie': z.optional(leaf(parseBoolean)),
  'cookie-algorithm': z.optional(leaf(parseWord(['siphash24', 'aes']))),
  'cookie-secret': z.optional(cookieSecrets),
  'require-server-cookie': z.optional(leaf(parseBoolean)),
  'nocookie-udp-size': integer(0, 4_294_967_295),
};

interface Protected {
  readonly 'rate-limit'?: z.infer<typeof rateLimitSchema> | undefined;
}

interface ProtectedServer extends Protected {
  readonly 'answer-cookie'?: boolean | undefined;
  readonly 'cookie-algorithm'?: string | undefined;
  readonly 'cookie-secret'?: readonly string[] | undefined;
  readonly 'require-server-cookie'?: boolean | undefined;
  readonly 'nocookie-udp-size'?: number | undefined;
  readonly views?: Readonly<Record<string, Protected>> | undefined;
}

/** What is set of answers. The tables of rate limits, and a secret where none is given, are made where the server runs. */
export type ProtectionSettings = Pick<AnswerSettings, 'cookies' | 'noCookieUdpOctets' | 'rateLimits'>;

/** `views`: those that there are. A view has the rate limit of its own, or the server's with counts of its own (BIND). */
export function buildProtection(
  parsed: ProtectedServer,
  views: readonly ViewConfig[],
  acls: AclResolver,
  report: Report,
): ProtectionSettings {
  const server = buildRateLimit(parsed, [], acls, report);
  const rateLimits: (RateLimit | undefined)[] = [];
  for (const { number, name } of views) {
    const own = parsed.views?.[name];
    const isOwn = own?.['rate-limit'] !== undefined;
    rateLimits[number] = isOwn ? buildRateLimit(own, ['views', name], acls, report) : server;
  }
  const isLimited = rateLimits.some((limit) => limit !== undefined);
  return {
    cookies: buildCookies(parsed, report),
    noCookieUdpOctets: parsed['nocookie-udp-size'] ?? defaultNoCookieOctets,
    // Without gaps: views that are gone keep their numbers.
    rateLimits: isLimited ? Array.from(rateLimits) : undefined,
  };
}

function buildCookies(parsed: ProtectedServer, report: Report): CookieSettings | undefined {
  if (parsed['cookie-algorithm'] === 'aes') {
    const message = 'cookie-algorithm aes has no effect yet: cookies are made with siphash24 (RFC 9018)';
    const hint = "servers that share a cookie-secret take each other's cookies only if all of them use siphash24";
    report('warning', 'CF11', message, ['cookie-algorithm'], 'key', hint);
  }
  const isRequired = parsed['require-server-cookie'] ?? false;
  if (parsed['answer-cookie'] === false) {
    if (isRequired) {
      // BIND takes it, and requires nothing.
      const message = 'require-server-cookie requires nothing, for answer-cookie: false gives no cookies';
      report('warning', 'CF28', message, ['require-server-cookie'], 'value', 'remove one of both');
    }
    return undefined;
  }
  const secrets = (parsed['cookie-secret'] ?? []).map((secret) => Uint8Array.from(Buffer.from(secret, 'hex')));
  return { secrets, isRequired };
}

/** BIND's, where nothing else is given; more is never sent. */
const defaultNoCookieOctets = 4096;
const defaultLimit = { window: 15, slip: 2, ipv4PrefixBits: 24, ipv6PrefixBits: 56, maxEntries: 20_000 } as const;
/** An eighth of a gigabyte. */
const mostEntries = 8_388_608;

function buildRateLimit(
  { 'rate-limit': limit }: Protected,
  above: Path,
  acls: AclResolver,
  report: Report,
): RateLimit | undefined {
  if (limit === undefined) return undefined;
  const path = [...above, 'rate-limit'];
  const { 'max-table-size': most, 'min-table-size': least = defaultTableSize } = limit;
  if (most !== undefined && most < least) {
    const message = `max-table-size is less than min-table-size, which is ${least}`;
    report('error', 'CF28', message, [...path, 'max-table-size'], 'value');
  }
  const responses = limit['responses-per-second'] ?? 0;
  const perSecond: Record<keyof typeof ResponseKind, number> = {
    answer: responses,
    referral: limit['referrals-per-second'] ?? responses,
    noData: limit['nodata-per-second'] ?? responses,
    nameError: limit['nxdomains-per-second'] ?? responses,
    error: limit['errors-per-second'] ?? responses,
    all: limit['all-per-second'] ?? 0,
  };
  if (Object.values(perSecond).every((rate) => rate === 0)) {
    const hint = 'add responses-per-second, of which the others are made';
    report('warning', 'CF28', 'rate-limit has no rate, so nothing is limited', path, 'key', hint);
  }
  return {
    perSecond: (Object.keys(ResponseKind) as (keyof typeof ResponseKind)[])
      .toSorted((a, b) => ResponseKind[a] - ResponseKind[b])
      .map((kind) => perSecond[kind]),
    windowSeconds: limit.window ?? defaultLimit.window,
    slip: limit.slip ?? defaultLimit.slip,
    qpsScale: limit['qps-scale'] ?? 0,
    ipv4PrefixBits: limit['ipv4-prefix-length'] ?? defaultLimit.ipv4PrefixBits,
    ipv6PrefixBits: limit['ipv6-prefix-length'] ?? defaultLimit.ipv6PrefixBits,
    exempt:
      limit['exempt-clients'] === undefined
        ? AccessList.none
        : acls.list(limit['exempt-clients'], [...path, 'exempt-clients']).id,
    isLogOnly: limit['log-only'] ?? false,
    // The table is made whole: memory that is not used costs nothing.
    maxEntries: Math.min(Math.max(most ?? defaultLimit.maxEntries, least), mostEntries),
  };
}
