/**
 * What can be wrong with a zone's content, once its records could be read. docs/diagnostics.md says the same for people,
 * with what named-checkzone does in each case.
 */
import type { Severity } from '../../base/diagnostic.ts';

export interface ContentCode {
  readonly code: ContentProblemCode;
  readonly severity: Severity;
  /** With `--strict` (BIND: `-i full` and fail) a warning becomes this. */
  readonly strict: Severity;
  /** In a few words, for the documentation's table. */
  readonly title: string;
}

/** SIP: src/store/check/sip/codes.ts. */
export type ContentProblemCode = `ZC${number}` | `SIP${number}`;

export const ContentProblem = {
  noSoa: error('ZC01', 'no SOA at the apex'),
  severalSoa: error('ZC02', 'several SOA records'),
  soaElsewhere: error('ZC03', 'SOA below the apex'),
  noApexNs: error('ZC04', 'no NS at the apex'),
  cnameAndOther: error('ZC05', 'CNAME and other data'),
  severalOfSingleton: error('ZC06', 'several CNAME or DNAME records of one owner'),
  occluded: warning('ZC07', 'data hidden by a zone cut or a DNAME'),
  apexNsAlias: error('ZC08', "the zone's own NS is an alias"),
  apexNsWithoutAddress: error('ZC09', "the zone's own NS has no address"),
  targetAlias: strictWarning('ZC10', 'NS, MX, SRV, KX, AFSDB or RT target that is an alias'),
  targetWithoutAddress: strictWarning('ZC11', 'NS, MX, SRV, KX, AFSDB or RT target without an address'),
  missingGlue: strictWarning('ZC12', 'delegation without the glue that it needs'),
  nsOutOfZone: note('ZC13', 'NS outside of the zone'),
  targetIsAddress: warning('ZC14', 'address where a name belongs'),
  ttlsDiffer: warning('ZC15', 'TTLs that differ in a set'),
  nsec3Iterations: error('ZC16', 'too many NSEC3 iterations'),
  nsec3Algorithm: error('ZC17', 'NSEC3PARAM with an unknown hash'),
  nsec3ChainMissing: warning('ZC18', 'NSEC3PARAM or DNSKEY without NSEC3 or NSEC'),
  unsigned: warning('ZC19', 'RRset without RRSIG in a signed zone'),
  wildcardNs: error('ZC20', 'NS at a wildcard'),
  dsAtApex: error('ZC21', 'DS at the apex'),
  dsWithoutNs: warning('ZC22', 'DS without a delegation'),
  soaTimers: warning('ZC23', 'SOA timers that do harm'),
  duplicate: note('ZC24', 'record written twice'),
  notHostname: warning('ZC25', 'address or mail at a name that is no host name'),
  innerWildcard: warning('ZC26', 'asterisk that is no wildcard'),
  spfWithoutTxt: warning('ZC27', 'SPF record without its TXT twin'),
  nsec3IterationsHigh: warning('ZC28', 'more NSEC3 iterations than validators take'),
  noRoom: error('ZC29', 'no memory left for the zone'),
  nsec3Owner: error('ZC30', 'NSEC3 at a name that is no hash'),
  tooLargeSet: strictWarning('ZC31', 'RRset that no message can hold'),
  zonemdMismatch: warning('ZC32', "ZONEMD that doesn't match the zone"),
  more: note('ZC99', 'more problems than are listed'),
} as const satisfies Record<string, ContentCode>;

function error(code: ContentProblemCode, title: string): ContentCode {
  return { code, severity: 'error', strict: 'error', title };
}

function warning(code: ContentProblemCode, title: string): ContentCode {
  return { code, severity: 'warning', strict: 'warning', title };
}

function strictWarning(code: ContentProblemCode, title: string): ContentCode {
  return { code, severity: 'warning', strict: 'error', title };
}

function note(code: ContentProblemCode, title: string): ContentCode {
  return { code, severity: 'note', strict: 'note', title };
}
