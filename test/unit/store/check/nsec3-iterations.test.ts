/** RFC 9276 §3.2: what one answer hashes is bounded when the zone is loaded, whatever its records say. */
import { describe, expect, it } from 'vitest';
import { maxNsec3Iterations } from '../../../../src/base/limits.ts';
import { VersionFlag } from '../../../../src/store/zone-reader.ts';
import { ZoneStore } from '../../../../src/store/zone-store.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { goodHead, loadText, placesOf } from './load-text.ts';

const hash = '2t7b4g4vsa5smi47k61mv5bv1a22bojr';

/** The zone with these parameters, and a chain of one with `chain` iterations; signed by the look of it. */
function zoneWith(parameters: readonly string[], chain: number): string[] {
  return [
    ...goodHead,
    ...parameters.map((parameter) => `@ NSEC3PARAM ${parameter}`),
    `${hash} NSEC3 1 0 ${chain} - ${hash.toUpperCase()} A`,
    '@ DNSKEY 256 3 8 AwEAAcW5b/M=',
  ];
}

/** The iterations that its look-ups would hash; undefined where the zone is refused. */
function iterationsOf(parameters: readonly string[], chain: number): number | 'no chain' | undefined {
  const store = ZoneStore.create();
  const loaded = loadText(zoneWith(parameters, chain), { store });
  if (loaded.zone === undefined) {
    expect(placesOf(loaded).some((place) => place.endsWith('error ZC16'))).toBe(true);
    return undefined;
  }
  const [number] = store.declareZones([{ view: 0, class: 1, apex: wireNameFrom('z.test.') }]) as [number];
  store.publish(number, loaded.zone);
  const { reader } = store;
  reader.renew();
  const version = store.currentVersion(number);
  const hasChain = (reader.versionFlags(version) & VersionFlag.nsec3) !== 0;
  return hasChain ? reader.nsec3Iterations(version) : 'no chain';
}

describe('NSEC3 iterations', () => {
  it.each([0, 1, 150, 151, maxNsec3Iterations])('%i are taken', (iterations) => {
    expect(iterationsOf([`1 0 ${iterations} -`], iterations)).toBe(iterations);
  });

  it.each([maxNsec3Iterations + 1, 2500, 65_535])('%i are refused', (iterations) => {
    expect(iterationsOf([`1 0 ${iterations} -`], iterations)).toBeUndefined();
  });

  it('are refused where one of several parameters has too many, also one that is being removed', () => {
    expect(iterationsOf(['1 0 0 -', '1 0 501 AB'], 0)).toBeUndefined();
    expect(iterationsOf(['1 0 0 -', '1 1 65535 -'], 0)).toBeUndefined();
  });

  it('of NSEC3 records that no parameter names are never hashed', () => {
    expect(iterationsOf(['1 0 0 -'], 65_535)).toBe('no chain');
    expect(iterationsOf([], 65_535)).toBe('no chain');
  });

  it('of an algorithm that nobody knows are never hashed', () => {
    expect(iterationsOf(['1 0 5 -', '2 0 65535 -'], 5)).toBe(5);
  });
});
