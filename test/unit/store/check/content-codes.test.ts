import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ContentProblem } from '../../../../src/store/check/codes.ts';
import { ZoneStore } from '../../../../src/store/zone-store.ts';
import { contentCases } from './content-cases.ts';
import { goodHead, loadText, placesOf } from './load-text.ts';

describe('the content of a zone', () => {
  test.each(contentCases)('$title', ({ lines, expected }) => {
    const loaded = loadText(lines);
    expect(placesOf(loaded)).toEqual(expected);
    expect(loaded.zone === undefined).toBe(expected.some((place) => place.includes(' error ')));
    for (const { hint, message } of loaded.diagnostics) expect([hint, message]).not.toContain(undefined);
  });

  test('more than are listed: the others are counted, and an error among them still refuses the zone', () => {
    const lines = Array.from({ length: 1200 }, (_, i) => `_s${i} SRV 0 0 1 nope`);
    const loaded = loadText([...goodHead, ...lines]);
    expect(loaded.zone).toBeDefined();
    expect(loaded.diagnostics).toHaveLength(1001);
    expect(loaded.diagnostics.at(-1)).toMatchObject({ code: 'ZC99', message: '200 more problems not listed' });
    expect(loadText([...goodHead, ...lines], { strict: true }).zone).toBeUndefined();
  });

  test('no room', () => {
    const store = ZoneStore.create({ maxOctets: 65_536 });
    const lines = Array.from({ length: 5000 }, (_, i) => `n${i} A 192.0.2.1`);
    const loaded = loadText([...goodHead, ...lines], { store });
    expect(placesOf(loaded)).toEqual(['-:- error ZC29']);
    expect(loadText(goodHead, { store }).zone).toBeDefined();
  });

  test('every code is provoked', () => {
    const provoked = contentCases.flatMap(({ expected }) => expected.map((place) => place.slice(-4)));
    const codes = Object.values(ContentProblem).map(({ code }) => code);
    // ZC32 belongs to a check of another room: test/unit/dnssec/zonemd.
    expect(new Set([...provoked, 'ZC29', 'ZC32', 'ZC99'])).toEqual(new Set(codes));
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('docs/diagnostics.md explains each code under the words of the table', () => {
    const text = readFileSync(new URL('../../../../docs/diagnostics.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| (ZC\d\d) \| (.*?) \| (.*?) \|/gm)].map(([, code, severity, title]) => [
      code,
      severity,
      title,
    ]);
    const expected = Object.values(ContentProblem).map(({ code, severity, strict, title }) => [
      code,
      severity === strict ? severity : `${severity}; ${strict} with \`--strict\``,
      title,
    ]);
    expect(rows).toEqual(expected);
  });
});
