import { describe, expect, test } from 'vitest';
import { formatNamedZone } from '../../../../src/control/added-zones/format-named-zone.ts';
import { parseZoneBlock } from '../../../../src/control/added-zones/zone-block.ts';

function settingsOf(block: string) {
  const parsed = parseZoneBlock('a.test', block, 'addzone', '/');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value.settings;
}

describe("what was written as named.conf's statements is shown as such", () => {
  test.each([
    '{ type primary; file "a b"; };',
    '{ type primary; file "a"; allow-query { 10.0.0.0/8; !192.0.2.1; key "k"; { office; }; }; notify explicit; };',
    '{ type secondary; primaries { 192.0.2.1; 192.0.2.2 port 5353 key "k"; 2001:db8::1 tls ephemeral; list; }; };',
    '{ type secondary; max-transfer-time-in 3; min-refresh-time 300; notify no; notify-delay 7; primaries { list; }; };',
    '{ type primary; file "a"; update-policy { grant k zonesub ANY; deny * name x.a.test. A; }; };',
    '{ type secondary; ixfr-from-differences yes; max-records 5; primaries { list; }; transfer-source 192.0.2.9; };',
  ])('%s', (block) => {
    expect(formatNamedZone('a.test', settingsOf(block))).toBe(`zone "a.test" ${block}`);
  });
});

describe("what named.conf can't say, or says otherwise, is shown in ringzone.yaml's keys, and reads back as the same", () => {
  test.each([
    '{ file: a }',
    '{ type: primary, file: a, watch: true }',
    '{ type: primary, file: "a\\"b" }',
    '{ type: secondary, primaries: [ 192.0.2.1:5353 ] }',
    '{ type: secondary, primaries: [ { address: 192.0.2.1, tls: { hostname: ns.test } } ] }',
    '{ type: primary, file: a, max-refresh-time: 1d }',
    '{ type: primary, file: a, notify: 1 }',
  ])('%s', (block) => {
    const shown = formatNamedZone('a.test', settingsOf(block));
    expect(shown).toMatch(/^zone "a\.test" \{ [\w-]+: /);
    expect(settingsOf(shown.slice('zone "a.test" '.length))).toEqual(settingsOf(block));
  });
});
