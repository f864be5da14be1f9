import { describe, expect, it } from 'vitest';
import { checkZonemd, verifyZonemd, type ZonemdVerdict } from '../../../../src/dnssec/zonemd.ts';
import { type LoadedZoneFile, loadZoneFile } from '../../../../src/store/load-zone.ts';
import { ZoneStore } from '../../../../src/store/zone-store.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { openFromMemory } from '../../../../src/zonefile/zone-source.ts';
import { exampleZones } from './rfc8976-zones.ts';

const store = ZoneStore.create();

function load(text: string, apex = 'example.'): LoadedZoneFile {
  const open = openFromMemory(new Map([['zone', text]]));
  const checks = [checkZonemd];
  return loadZoneFile(store, { file: 'zone', apex: wireNameFrom(apex), zoneClass: 1, strict: false, open, checks });
}

function verify(text: string, apex?: string): ZonemdVerdict {
  const { zone, refusal } = load(text, apex);
  if (zone === undefined) throw new Error(refusal);
  store.reader.renew();
  return verifyZonemd(store.reader, zone.version);
}

const [simple, , multiple] = exampleZones.map(({ text }) => text) as [string, string, string];
const flip = (text: string, digits: string) =>
  text.replace(
    digits,
    digits.replace(/./, (c) => (c === '0' ? '1' : '0')),
  );

describe('RFC 8976 appendix A', () => {
  it.each(exampleZones)('$title', ({ apex, text }) => {
    expect(verify(text, apex)).toEqual({ kind: 'verified' });
  });
});

describe('what does not match', () => {
  it.each([
    ['an address', simple.replace('203.0.113.63', '203.0.113.64')],
    ['a TTL', simple.replace('3600', '3601')],
    ['a record more', `${simple}ns3 60 IN A 192.0.2.1\n`],
    ['a record less', simple.replace(/^ *86400 *IN *NS *ns2\n/m, '')],
    ['the digest', flip(simple, 'c68090d9')],
  ])('%s', (_, text) => {
    expect(verify(text)).toEqual({ kind: 'mismatch', reason: 'the digest of its records is another one' });
  });

  it('the serial', () => {
    const text = simple.replace('admin 2018031900', 'admin 2018031901');
    const reason = 'the ZONEMD is of serial 2018031900, the zone of 2018031901';
    expect(verify(text)).toEqual({ kind: 'mismatch', reason });
  });

  it('two of the same scheme and hash, though one is right (RFC 8976 §4)', () => {
    const digest = /IN {2}ZONEMD .*$/m.exec(simple)?.[0] as string;
    const text = simple.replace(digest, `${digest}\n 86400 ${flip(digest, 'c68090d9')}`);
    const reason = 'several ZONEMD of the same scheme and hash';
    expect(verify(text)).toEqual({ kind: 'mismatch', reason });
  });
});

it('is content with one of several', () => {
  expect(verify(flip(multiple, '62e6cf51'))).toEqual({ kind: 'verified' });
  expect(verify(flip(multiple, '08cfa111'))).toEqual({ kind: 'verified' });
  expect(verify(flip(flip(multiple, '62e6cf51'), '08cfa111')).kind).toBe('mismatch');
});

it('passes over schemes and hashes that it does not know', () => {
  const text = multiple.replace(/^.*ZONEMD {2}2018031900 1 [12] .*$/gm, '');
  expect(text.match(/ZONEMD/g)).toHaveLength(2);
  expect(verify(text)).toEqual({ kind: 'unknown' });
});

it('has nothing to say without ZONEMD at the apex', () => {
  expect(verify(simple.replace(/^.*ZONEMD.*$/m, ''))).toEqual({ kind: 'absent' });
  expect(verify(simple.replace(/^.*(ZONEMD.*)$/m, 'www 60 IN $1'))).toEqual({ kind: 'absent' });
});

it('warns of a file whose ZONEMD is not right, at its line', () => {
  const { zone, diagnostics } = load(simple.replace('203.0.113.63', '203.0.113.64'));
  expect(zone).toBeDefined();
  const told = diagnostics.filter(({ code }) => code === 'ZC32');
  expect(told).toMatchObject([{ severity: 'warning', line: 5 }]);
  expect(told[0]?.message).toMatch(/^the ZONEMD doesn't match the zone: the digest of its records is another one;/);
  expect(load(simple).diagnostics.filter(({ code }) => code === 'ZC32')).toEqual([]);
});
