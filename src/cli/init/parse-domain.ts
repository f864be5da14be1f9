/** The domain of a new zone. */
import { domainToASCII } from 'node:url';
import { err, ok, type Result } from '../../base/result.ts';
import { parseZoneName, ValueProblem } from '../../control/config/values.ts';

const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const hostName = new RegExp(`^${label}(?:\\.${label})*$`);

/**
 * Names of hosts have letters, digits and hyphens (RFC 1123 §2.1); without a final dot, in lower case. What ends in a number is
 * an address that went wrong.
 */
export function isHostName(text: string): boolean {
  return hostName.test(text) && !/\.\d+$/.test(text) && !(parseZoneName(text) instanceof ValueProblem);
}

/** `example.com`, also `Example.com.`, `sip:example.com`, `bücher.example`. The error is a sentence and a hint. */
export function parseDomain(text: string): Result<string, string> {
  const bare = text
    .trim()
    .replace(/^sips?:/i, '')
    .replace(/\.$/, '');
  // As the DNS has it, and phones ask for it (RFC 5890).
  const domain = domainToASCII(bare).toLowerCase();
  // The longest owner of the zone must fit beside it.
  if (isHostName(domain) && !(parseZoneName(`_sips._tcp.${domain}`) instanceof ValueProblem)) return ok(domain);
  const hint = 'hint: write what stands behind the @ of a SIP address: example.com';
  return err(`${JSON.stringify(text)} is not a domain name\n${hint}`);
}
