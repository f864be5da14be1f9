import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ZoneStore } from '../../../../src/store/zone-store.ts';
import { goodHead, loadText, placesOf, textOf } from './load-text.ts';

const open = [...goodHead, '_sip._udp 60 SRV 0 40 5060 sip1', '_sip._udp 60 SRV 1 5 5060 sip2.z.test.'];

test('a target without address names what fails, and how to mend it', () => {
  expect(textOf(loadText(open))).toBe(
    `zone:5:18: warning: SRV target sip1.z.test has no A or AAAA here: phones that pick it (priority 0, weight 40) will fail [ZC11]
_sip._udp 60 SRV 0 40 5060 sip1
                 ^
hint: add its address, for example \`sip1.z.test. IN A 192.0.2.11\` with the right address, or mend the name
zone:6:18: warning: SRV target sip2.z.test has no A or AAAA here: phones that pick it (priority 1, weight 5) will fail [ZC11]
_sip._udp 60 SRV 1 5 5060 sip2.z.test.
                 ^
hint: add its address, for example \`sip2.z.test. IN A 192.0.2.11\` with the right address, or mend the name`,
  );
});

test('strict makes errors of what callers notice, and of nothing else', () => {
  const loaded = loadText([...open, 'a 1 A 192.0.2.1', 'a 2 A 192.0.2.2'], { strict: true });
  expect(placesOf(loaded)).toEqual(['5:18 error ZC11', '6:18 error ZC11', '8:1 warning ZC15']);
  expect(loaded).toMatchObject({
    zone: undefined,
    refusal: 'z.test: 2 errors (2 targets that cannot be reached); not loaded',
  });
});

test('an owner whose line has an error is not without address; others are', () => {
  const loaded = loadText([...open, 'sip1 A 192.0.2']);
  expect(placesOf(loaded)).toEqual(['6:18 warning ZC11', '7:8 error ZF23']);
});

test('a broken SOA is not missing, nor is a broken NS', () => {
  expect(placesOf(loadText(['$TTL 300', '@ SOA ns', '@ NS', 'ns A 192.0.2.1']))).toEqual([
    '2:9 error ZF20',
    '3:5 error ZF20',
  ]);
});

test('behind a file that cannot be included anything may be missing', () => {
  expect(placesOf(loadText([...open, '$INCLUDE hosts']))).toEqual(['7:10 error ZF01']);
});

test('a file that cannot be read is one problem', () => {
  const loaded = loadText(['$INCLUDE nothing']);
  expect(placesOf(loaded)).toEqual(['1:10 error ZF01']);
  expect(loaded.refusal).toBe('z.test: 1 error (1 file that cannot be read); not loaded');
});

test('problems are placed in included files, in the order of reading', () => {
  const loaded = loadText([...goodHead, '$INCLUDE other', '@ MX 1 nope'], { others: { other: '@ MX 2 no\n' } });
  expect(loaded.files).toEqual(['zone', 'other']);
  expect(loaded.diagnostics.map(({ file, line }) => `${file}:${line}`)).toEqual(['zone:6', 'other:1']);
});

test("the how-to's printed zone: all that its author must mend", () => {
  const file = new URL('../../../e2e/fixtures/rapidtech.phones.as-printed', import.meta.url);
  const lines = readFileSync(file, 'utf8').replaceAll('rapidtech.phones', 'z.test').trimEnd().split('\n');
  const loaded = loadText(lines);
  const errors = ['10:18 error ZF20', '11:18 error ZF20', '12:21 error ZF20', '13:22 error ZF20'];
  expect(placesOf(loaded)).toEqual(['9:32 note ZC13', ...errors, '17:2 error ZF07', '17:2 warning ZC11']);
  expect(textOf(loaded)).toContain('remove the blank');
  expect(textOf(loaded)).toContain('SRV target sipserverbackup.z.test has no A or AAAA here');
  expect(loaded.refusal).toBe('z.test: 5 errors (4 records without a field, 1 unknown type); not loaded');
});

test('an error behind more warnings than are listed refuses the zone', () => {
  const outside = Array.from({ length: 1100 }, (_, i) => `x${i}.other. A 192.0.2.1`);
  expect(loadText([...goodHead, ...outside]).zone).toBeDefined();
  const loaded = loadText([...goodHead, ...outside, 'bad A 1.2.3']);
  expect(loaded.zone).toBeUndefined();
  expect(placesOf(loaded).at(-1)).toBe('-:- error ZF99');
});

test('what a broken line would have held is not missing, though the line is not listed', () => {
  const lines = [...goodHead, '@ MX 1 mail', '@ MX 2 web'];
  const broken = Array.from({ length: 1000 }, (_, i) => `x${i} A 1.2.3`);
  const loaded = loadText([...lines, ...broken, 'mail A 1.2.3', 'web TXT "']);
  expect(placesOf(loaded).filter((place) => place.includes('ZC'))).toEqual([]);
  const typed = loadText([...lines, 'mail A 1.2.3', 'web TXT']);
  expect(placesOf(typed)).toEqual(['6:6 warning ZC11', '7:8 error ZF23', '8:8 error ZF20']);
});

// If the work grew with the square of the set, these would take minutes.
test('sets of many records are checked in bounded time', () => {
  const address = (i: number): string => `10.${i >>> 16}.${(i >>> 8) & 255}.${i & 255}`;
  const hosts = Array.from({ length: 60_000 }, (_, i) => `a A ${address(i)}`);
  expect(placesOf(loadText([...goodHead, ...hosts, 'a A 10.0.0.1']))).toEqual([
    '5:1 warning ZC31',
    '60005:1 note ZC24',
  ]);
  const servers = Array.from({ length: 20_000 }, (_, i) => `sub NS n${i}.sub`);
  const glue = servers.map((_, i) => `n${i}.sub A ${address(i)}`);
  expect(placesOf(loadText([...goodHead, ...servers, ...glue, 'x.sub A 10.0.0.1']))).toEqual([
    '5:1 warning ZC31',
    '40005:1 warning ZC07',
  ]);
});

test('a refused zone gives its memory back', () => {
  const store = ZoneStore.create();
  const before = store.usedOctets;
  const lines = Array.from({ length: 2000 }, (_, i) => `n${i} A 192.0.2.1`);
  expect(loadText([...goodHead, ...lines, 'a CNAME b', 'a A 192.0.2.1'], { store }).zone).toBeUndefined();
  expect(store.usedOctets).toBe(before);
});
