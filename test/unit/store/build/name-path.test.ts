import { expect, test } from 'vitest';
import { NamePath } from '../../../../src/store/build/name-path.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { findCollidingLabels } from '../colliding-labels.ts';

function pathTo(text: string): NamePath {
  const path = new NamePath();
  path.take(wireNameFrom(text), 0);
  for (let labels = path.name.labelCount; labels >= 0; labels--) path.setEntry(labels, 10 + labels);
  path.keep();
  return path;
}

test('knows the entries of what a name shares with the one kept last, whatever their case', () => {
  const path = pathTo('_sip._udp.Site1.example.com.');
  path.take(wireNameFrom('_tcp.site1.EXAMPLE.com.'), 0);
  expect(path.commonLabels).toBe(3);
  expect([0, 3, 4].map((labels) => path.entryAt(labels))).toEqual([10, 13, -1]);
});

test('knows an ancestor, and nothing of a sibling or of the same labels elsewhere', () => {
  const path = pathTo('a.b.example.');
  path.take(wireNameFrom('b.example.'), 0);
  expect(path.entryAt(2)).toBe(12);
  path.take(wireNameFrom('xb.example.'), 0);
  expect(path.commonLabels).toBe(1);
  path.take(wireNameFrom('a.b.example.net.'), 0);
  expect(path.commonLabels).toBe(0);
});

test('tells names apart that have the same hash', () => {
  const [one, other] = findCollidingLabels('example.');
  const path = pathTo(`${one}.example.`);
  path.take(wireNameFrom(`${other}.example.`), 0);
  expect(path.commonLabels).toBe(1);
});
