/** Views in ringzone.yaml: their order, their numbers over reloads, what zones take from them, and what is wrong with them. */
import { describe, expect, test } from 'vitest';
import { type Diagnostic, formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import type { Config } from '../../../../src/control/config/config.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { defaultView, findView, viewNameOf, writtenViews, zoneIdIn } from '../../../../src/control/config/views.ts';
import { AccessList } from '../../../../src/plane/access/access-list-table.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

const keyed = 'keys: { k: { algorithm: hmac-sha256, secret: "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" } }\n';
const both = `${keyed}views:
  inside:
    match-clients: ["key k", 10.0.0.0/8]
    match-destinations: [127.0.0.2]
    match-recursive-only: true
    allow-transfer: [none]
    zones: { a.test: { file: in } }
  outside:
    zones: { a.test: { file: out }, b.test: { file: b, allow-transfer: [none] } }
allow-transfer: [any]
`;

function good(text: string, previous?: Config): Config {
  const result = parseConfig(text, '/etc/ringzone.yaml', { previous });
  if (!result.ok) throw new Error(result.error.map(formatDiagnostic).join('\n'));
  return result.value;
}

function problems(text: string): readonly Diagnostic[] {
  const result = parseConfig(text, '/etc/ringzone.yaml');
  return result.ok ? result.value.warnings : result.error;
}

const placeOf = ({ line, column, code }: Diagnostic) => `${line}:${column} ${code}`;
const namesOf = ({ views }: Config) => views.map(({ name, number }) => `${name} ${number}`);

test('without views there is the default one, which is for everybody and has no name in zones', () => {
  const config = good('zones: { a.test: { file: a } }\n');
  expect(config.views).toEqual([defaultView]);
  expect(config.viewNames).toEqual(['_default']);
  expect(writtenViews(config)).toEqual([]);
  expect(config.zones[0]).toMatchObject({ view: 0, viewName: undefined });
  expect(viewNameOf({ viewName: undefined })).toBe('_default');
});

test('views stand in the order of the file, with who may see them', () => {
  const config = good(both);
  expect(namesOf(config)).toEqual(['inside 1', 'outside 2']);
  expect(config.viewNames).toEqual(['_default', 'inside', 'outside']);
  expect(config.settings.viewNames).toEqual(config.viewNames);
  const [inside, outside] = config.views;
  expect(outside).toEqual({ ...defaultView, number: 2, name: 'outside' });
  expect(inside?.matchRecursiveOnly).toBe(true);
  const { lists } = config.access;
  expect(lists[inside?.matchClients ?? 0]?.map(({ kind }) => kind)).toEqual(['key', 'prefix']);
  expect(lists[inside?.matchDestinations ?? 0]?.map(({ kind }) => kind)).toEqual(['prefix']);
});

test('a zone takes what it leaves open from its view, and that from the top', () => {
  const config = good(both);
  const zones = config.zones.map(({ name, viewName, view, allowTransfer }) => [name, viewName, view, allowTransfer]);
  expect(zones).toEqual([
    ['a.test', 'inside', 1, AccessList.none],
    ['a.test', 'outside', 2, AccessList.any],
    ['b.test', 'outside', 2, AccessList.none],
  ]);
});

test('a number means the same view for as long as the server runs', () => {
  const first = good(both);
  const swapped = good(
    'views: { outside: { zones: { a.test: { file: out } } }, third: { match-clients: 10/8 } }\n',
    first,
  );
  expect(namesOf(swapped)).toEqual(['outside 2', 'third 3']);
  const none = good('zones: { a.test: { file: a } }\n', swapped);
  expect(none.views).toEqual([defaultView]);
  expect(namesOf(good(both, none))).toEqual(['inside 1', 'outside 2']);
});

test('a view is found by its name, and a zone in it', () => {
  const config = good(both);
  const outside = findView(config, 'outside');
  if (outside === undefined) throw new Error('there is no view outside');
  const of = { class: 1, apex: wireNameFrom('a.test.') };
  expect(zoneIdIn(outside, of)).toEqual({ ...of, view: 2, viewName: 'outside' });
  expect(zoneIdIn(defaultView, of)).toEqual({ ...of, view: 0, viewName: undefined });
  expect(findView(config, 'nowhere')).toBeUndefined();
});

describe('what is wrong', () => {
  const zone = 'zones: { a.test: { file: a } }';
  test.each([
    ['zones outside of the views', `${zone}\nviews: { inside: {} }\n`, '1:1 CF28'],
    ['catalogs outside of them', `catalogs: { c.test: {} }\nviews: { inside: { ${zone} } }\n`, '1:1 CF28'],
    ['an unknown key', `views:\n  inside:\n    match-client: any\n    ${zone}\n`, '3:5 CF04'],
    ['an unknown key of a zone', `views:\n  inside:\n    zones:\n      a.test: { file: a, fil: b }\n`, '4:26 CF04'],
    ['an undefined acl', `views:\n  inside:\n    match-clients: [offise]\n    ${zone}\n`, '3:21 CF20'],
    ['an undefined key', `views:\n  inside:\n    match-destinations: ["key k"]\n    ${zone}\n`, '3:26 CF21'],
    ['no boolean', `views:\n  inside:\n    match-recursive-only: perhaps\n    ${zone}\n`, '3:27 CF05'],
    ['a zone without a file', 'views:\n  inside:\n    zones: { a.test: {} }\n', '3:14 CF09'],
    ['a built-in name', `views: { _default: { ${zone} } }\n`, '1:10 CF31'],
    ['a name of digits', `views: { "10": { ${zone} } }\n`, '1:10 CF31'],
    ['a name with a blank', `views: { in side: { ${zone} } }\n`, '1:10 CF31'],
    ['a zone twice', 'views:\n  inside:\n    zones: { a.test: { file: a }, A.test.: { file: b } }\n', '3:35 CF16'],
    ['a setting of a later release', `views:\n  inside:\n    dnssec-policy: default\n    ${zone}\n`, '3:5 CF10'],
    ['TLS required without tls', `views:\n  inside:\n    require-tls: true\n    ${zone}\n`, '3:5 CF28'],
    ['no map', 'views: [inside]\n', '1:8 CF05'],
  ])('%s', (_, text, place) => {
    expect(problems(text).map(placeOf)).toContain(place);
    expect(problems(text).some(({ severity }) => severity === 'error')).toBe(true);
  });

  test('two zones in one file that updates write to', () => {
    const text = `${keyed}views:
  inside: { match-clients: 10/8, zones: { a.test: { file: a, allow-update: ["key k"] } } }
  outside: { zones: { a.test: { file: a } } }
`;
    expect(problems(text).map(placeOf)).toEqual(['4:39 CF16']);
    expect(problems(text)[0]?.message).toContain('is also the file of zone a.test in view inside');
    expect(good(text.replace(', allow-update: ["key k"]', '')).warnings).toEqual([]);
  });
});

describe('a view that can never match is a warning', () => {
  const zone = 'zones: { a.test: { file: a } }';
  test.each([
    ['behind one for everybody', `views:\n  x: { ${zone} }\n  y: { match-clients: 10/8, ${zone} }\n`, '3:3 CF32'],
    ['for nobody', `views:\n  x: { match-clients: none, ${zone} }\n`, '2:3 CF32'],
    ['to nowhere', `views:\n  x: { match-destinations: [], ${zone} }\n`, '2:3 CF32'],
    [
      'the same as one before',
      `acl: { o: 10/8 }\nviews:\n  x: { match-clients: o, ${zone} }\n  y: { match-clients: 10/8, match-recursive-only: true }\n`,
      '4:3 CF32',
    ],
  ])('%s', (_, text, place) => {
    expect(problems(text).map(placeOf)).toEqual([place]);
    expect(good(text).warnings[0]?.severity).toBe('warning');
  });

  test.each([
    ['narrower first', `views:\n  x: { match-clients: 10/8, ${zone} }\n  y: { ${zone} }\n`],
    ['recursive first', `views:\n  x: { match-recursive-only: true, ${zone} }\n  y: { ${zone} }\n`],
    ['other destinations', `views:\n  x: { match-destinations: 10.0.0.1, ${zone} }\n  y: { ${zone} }\n`],
  ])('but not with the %s', (_, text) => {
    expect(problems(text)).toEqual([]);
  });
});
