import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { formatName } from '../../../../src/wire/name.ts';

const zones = 'zones: { a.test: { file: x } }\n';

/** `view type name order`, one per rule; or `line:column code hint`, one per problem. */
function rules(text: string, path = 'ringzone.yaml'): readonly string[] {
  const config = parseConfig(text, path);
  if (!config.ok)
    return config.error.map(({ line, column, code, hint }) => `${line}:${column} ${code} ${hint ?? ''}`.trim());
  return (config.value.settings.rrsetOrder ?? []).map(
    ({ view, type, name, order }) => `${view} ${type} ${name === undefined ? '*' : formatName(name)} ${order}`,
  );
}

describe('ringzone.yaml', () => {
  test('nothing is said', () => expect(rules(zones)).toEqual([]));

  test('a word for all', () => expect(rules(`rrset-order: random\n${zones}`)).toEqual(['0 255 * random']));

  test('rules, in their order; those of other classes fit nothing', () => {
    const text = `rrset-order:
  - { type: A, name: WWW.a.test, order: cyclic }
  - { class: IN, type: type65280, name: "*.a.test.", order: random }
  - { class: CH, order: random }
  - { name: "*", type: any, order: none }
${zones}`;
    expect(rules(text)).toEqual(['0 1 www.a.test. cyclic', '0 65280 *.a.test. random', '0 255 * fixed']);
  });

  test("a view's own replace those of the top", () => {
    const text = `rrset-order: cyclic
views:
  inside: { rrset-order: [{ type: MX, order: random }], zones: { a.test: { file: x } } }
  outside: { zones: { a.test: { file: x } } }
`;
    expect(rules(text)).toEqual(['1 15 * random', '2 255 * cyclic']);
  });

  test.each([
    [`${zones}rrset-order: cyclick\n`, '2:1 CF06 did you mean cyclic?'],
    [`${zones}rrset-order: [{ type: AA, order: cyclic }]\n`, '2:23 CF37 write A, SRV, TYPE65280, or any'],
    [`${zones}rrset-order: [{ name: a..b, order: cyclic }]\n`, '2:23 CF37 write example.com, *.example.com, or *'],
    [`${zones}rrset-order: [{ clas: IN, order: cyclic }]\n`, '2:17 CF04 did you mean class?'],
    [`${zones}rrset-order: [{ class: INN, order: cyclic }]\n`, '2:24 CF06'],
    [`${zones}rrset-order: 5\n`, '2:14 CF05'],
  ])('%j', (text, problem) => {
    expect(rules(text).map((found) => found.slice(0, problem.length))).toContain(problem);
  });
});

describe('named.conf', () => {
  const zone = 'zone "a.test" { type primary; file "x"; };\n';
  test('as BIND writes it', () => {
    const order = 'rrset-order { class IN type MX name "*.a.test" order random; type A order fixed; order cyclic; };';
    expect(rules(`options { recursion no; ${order} };\n${zone}`, 'named.conf')).toEqual([
      '0 15 *.a.test. random',
      '0 1 * fixed',
      '0 255 * cyclic',
    ]);
  });

  test('in views', () => {
    const views = `options { recursion no; rrset-order { order cyclic; }; };
view "inside" { rrset-order { type A order random; }; ${zone} };
view "outside" { ${zone} };
`;
    expect(rules(views, 'named.conf')).toEqual(['1 1 * random', '2 255 * cyclic']);
  });

  test('a problem stands at its token', () => {
    const text = `options { recursion no;\n  rrset-order { type AA order random; }; };\n${zone}`;
    expect(rules(text, 'named.conf')).toContain('2:22 CF37 write A, SRV, TYPE65280, or any');
  });
});
