import { expect, test } from 'vitest';
import { Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { locateRecords } from '../../../src/zonefile/locate.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';

const zone = `$TTL 300
@ NS ns1
  NS ns2
www A 192.0.2.1 ; first
WWW 60 A 192.0.2.2
$INCLUDE more sub
`;
const options = {
  file: 'zone',
  apex: wireNameFrom('ex.test.'),
  open: openFromMemory(
    new Map([
      ['zone', zone],
      ['more', 'www A 192.0.2.3\nbroken A\n'],
    ]),
  ), // prettier-ignore
};

test('finds every record of the wanted sets, whatever their case, in file order', () => {
  const places = locateRecords(options, [
    { owner: wireNameFrom('www.EX.test.'), type: Type.a },
    { owner: wireNameFrom('ex.test.'), type: Type.ns },
    { owner: wireNameFrom('www.sub.ex.test.'), type: Type.a },
    { owner: wireNameFrom('none.ex.test.'), type: Type.a },
  ]);
  expect(places.map((p) => [p.wantedIndex, p.file, p.line, p.column, p.rdataColumn, p.sourceLine])).toEqual([
    [1, 'zone', 2, 1, 6, '@ NS ns1'],
    [1, 'zone', 3, 3, 6, '  NS ns2'],
    [0, 'zone', 4, 1, 7, 'www A 192.0.2.1 ; first'],
    [0, 'zone', 5, 1, 10, 'WWW 60 A 192.0.2.2'],
    [2, 'more', 1, 1, 7, 'www A 192.0.2.3'],
  ]);
  expect(places.map((p) => [...p.rdata]).at(3)).toEqual([192, 0, 2, 2]);
});

test('keeps at most maxPlaces of a set', () => {
  const places = locateRecords({ ...options, maxPlaces: 1 }, [{ owner: wireNameFrom('www.ex.test.'), type: Type.a }]);
  expect(places.map((p) => p.line)).toEqual([4]);
});
