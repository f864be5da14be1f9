/** The sums in the messages against what the server really writes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AnswerSettings } from '../../../../../src/plane/answer-settings.ts';
import { Type } from '../../../../../src/wire/codes.ts';
import { type Reply, Served } from '../../../answer/served.ts';
import { goodHead, loadText } from '../load-text.ts';

/** `SIP11 530`: the codes about sizes with their sums. */
function sumsOf(lines: readonly string[]): string[] {
  return loadText(lines)
    .diagnostics.filter(({ code }) => code === 'SIP11' || code === 'SIP12')
    .map(({ code, message }) => `${code} ${/takes (\d+) octets/.exec(message)?.[1]}`);
}

/** Ask without EDNS. */
function ask(lines: readonly string[], qname: string, qtype: number, tcp: boolean, minimal: 'yes' | 'no-auth'): Reply {
  const settings: Partial<AnswerSettings> = { minimalResponses: minimal };
  const served = new Served([{ apex: 'z.test.', text: [...lines, ''].join('\n') }], settings);
  return served.ask({ qname, qtype, tcp });
}

function isTruncated({ wire }: Reply): boolean {
  return ((wire[2] as number) & 2) !== 0;
}

/** What must be said of the answer, by the answers themselves. */
function expectedSums(lines: readonly string[], qname: string, qtype: number): string[] {
  const bare = ask(lines, qname, qtype, true, 'yes').octets;
  const whole = ask(lines, qname, qtype, true, 'no-auth').octets;
  expect(isTruncated(ask(lines, qname, qtype, false, 'no-auth'))).toBe(bare > 512);
  if (bare > 512) return [`SIP11 ${bare}`];
  return whole > 512 ? [`SIP12 ${whole}`] : [];
}

const names = Array.from({ length: 28 }, (_, i) => 'n'.repeat(18 + i));

test.each(names)('SRV to 7 servers named %s…', (name) => {
  const lines = [...goodHead];
  for (let i = 0; i < 7; i++) lines.push(`_sip._udp SRV ${i} 1 5060 ${name}${i}`, `${name}${i} A 198.51.100.${i + 1}`);
  // One address for IPv6, and one server in another zone.
  lines.push(`${name}1 AAAA 2001:db8::1`, '_sip._udp SRV 9 1 5060 other.example.');
  expect(sumsOf(lines)).toEqual(expectedSums(lines, '_sip._udp.z.test.', Type.srv));
});

test.each(names)('NAPTR to 3 servers named %s…', (name) => {
  const lines = [...goodHead];
  for (const [order, service, owner] of [
    [1, 'SIPS+D2T', '_sips._tcp'],
    [2, 'SIP+D2T', '_sip._tcp'],
    [3, 'SIP+D2U', '_sip._udp'],
  ]) {
    lines.push(`@ NAPTR ${order} 1 "s" "${service}" "" ${owner}`);
    for (const i of [1, 2])
      lines.push(`${owner} SRV 0 1 ${owner === '_sips._tcp' ? 5061 : 5060} ${name.slice(10)}${i}`);
  }
  for (const i of [1, 2]) lines.push(`${name.slice(10)}${i} A 198.51.100.${i}`);
  expect(sumsOf(lines)).toEqual(expectedSums(lines, 'z.test.', Type.naptr));
});

test('ENUM with two long records', () => {
  const lines = [...goodHead];
  for (const i of [1, 2]) lines.push(`1.2 NAPTR 1 ${i} "u" "E2U+sip" "!^.*$!sip:${'a'.repeat(224)}@z.test!" .`);
  expect(sumsOf(lines)).toEqual(expectedSums(lines, '1.2.z.test.', Type.naptr));
  expect(sumsOf(lines)).toHaveLength(1);
});

test.each([
  ['naptr.example', 449],
  ['turn.example', 506],
])('what zones/%s says of its chain', (name, octets) => {
  const text = readFileSync(new URL(`../../../../../zones/${name}`, import.meta.url), 'utf8');
  expect(text).toContain(`${octets}`);
  const served = new Served([{ apex: `${name}.`, text }], { minimalResponses: 'no-auth' });
  expect(served.ask({ qname: `${name}.`, qtype: Type.naptr }).octets).toBe(octets);
});
