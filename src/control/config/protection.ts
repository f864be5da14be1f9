/** `rate-limit` and the cookies: read, checked and kept, so that no configuration has to be mended later. Nothing obeys them yet. */
import * as z from 'zod/mini';
import type { AclResolver } from '../access/acl-resolver.ts';
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

interface Protected extends Readonly<Record<string, unknown>> {
  readonly 'rate-limit'?: z.infer<typeof rateLimitSchema> | undefined;
}

interface ProtectedServer extends Protected {
  readonly 'require-server-cookie'?: boolean | undefined;
  readonly views?: Readonly<Record<string, Protected>> | undefined;
}

/** Check what refers to other places, and tell what is not obeyed: a warning where somebody relies on it. */
export function checkProtection(parsed: ProtectedServer, acls: AclResolver, report: Report): void {
  checkRateLimit(parsed, [], acls, report);
  for (const [name, view] of Object.entries(parsed.views ?? {})) checkRateLimit(view, ['views', name], acls, report);
  for (const key of Object.keys(cookieSettings)) {
    if (parsed[key] === undefined || parsed[key] === false) continue;
    const severity = key === 'require-server-cookie' ? 'warning' : 'note';
    const hint = 'questions with and without cookies (RFC 7873) are answered alike, until a later release';
    report(severity, 'CF11', `${key} has no effect yet`, [key], 'key', hint);
  }
}

function checkRateLimit(parsed: Protected, above: Path, acls: AclResolver, report: Report): void {
  const limit = parsed['rate-limit'];
  if (limit === undefined) return;
  const path = [...above, 'rate-limit'];
  if (limit['exempt-clients'] !== undefined) acls.list(limit['exempt-clients'], [...path, 'exempt-clients']);
  const { 'max-table-size': most, 'min-table-size': least = defaultTableSize } = limit;
  if (most !== undefined && most < least) {
    const message = `max-table-size is less than min-table-size, which is ${least}`;
    report('error', 'CF28', message, [...path, 'max-table-size'], 'value');
  }
  const hint = 'responses are not limited; use a packet filter until a later release does';
  report('warning', 'CF11', 'rate-limit has no effect yet', path, 'key', hint);
}
