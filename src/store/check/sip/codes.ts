/**
 * What keeps calls from arriving though the zone is good DNS. docs/diagnostics.md says the same for people. Only SIP13 is an
 * error: BIND refuses such a zone too.
 */
import type { Severity } from '../../../base/diagnostic.ts';
import type { ContentCode } from '../codes.ts';

export const SipProblem = {
  naptrLeadsNowhere: strictWarning('SIP01', 'NAPTR that leads to nothing'),
  naptrFlag: row('SIP02', 'warning', 'NAPTR flag that does not fit its service'),
  naptrService: row('SIP03', 'warning', 'NAPTR service that nobody asks for'),
  naptrTransport: row('SIP04', 'warning', 'NAPTR service that leads to another transport'),
  srvPort: row('SIP05', 'warning', 'SRV port of another transport'),
  weightsAllZero: row('SIP06', 'warning', 'weights that are all 0'),
  weightFarAbove: row('SIP07', 'note', 'one weight far above the rest'),
  addressTtl: row('SIP08', 'note', 'address with a shorter TTL than the SRV that names it'),
  manySrv: row('SIP09', 'warning', 'more than 8 SRV records at one name'),
  addressBeside: row('SIP10', 'note', 'address that hides the SRV from some clients'),
  answerOver512: row('SIP11', 'warning', 'SRV or NAPTR answer over 512 octets'),
  chainOver512: row('SIP12', 'note', 'chain over 512 octets'),
  regexpRefused: row('SIP13', 'error', 'NAPTR regexp that does not compile'),
  regexpDoubtful: row('SIP14', 'warning', 'NAPTR regexp that each reader takes its own way'),
  regexpNoMatch: strictWarning('SIP15', 'NAPTR regexp that does not fit its own name'),
  regexpAndReplacement: strictWarning('SIP16', 'NAPTR with a regexp and a replacement, or with neither'),
  serverTwice: row('SIP17', 'warning', 'one server named twice'),
} as const satisfies Record<string, ContentCode>;

function row(code: `SIP${number}`, severity: Severity, title: string): ContentCode {
  return { code, severity, strict: severity, title };
}

function strictWarning(code: `SIP${number}`, title: string): ContentCode {
  return { code, severity: 'warning', strict: 'error', title };
}
