import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { diagnostics, errors, good, read } from './parse.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringzone-named-conf-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('what is read', () => {
  test('comments of three kinds, any case, strings over lines', () => {
    const text = `# shell
// C++ { ;
/* C
   { */
OPTIONS { RECURSION No; version "a\\"b // no comment"; tcp-clients 10#at once
; };
zone a.test IN { Type MASTER; file "a" /* here */ ; };
`;
    const config = good(text);
    expect(config.settings.version).toBe('a"b // no comment');
    expect(config.tcp.connections).toBe(10);
    expect(config.zones).toMatchObject([{ name: 'a.test', type: 'primary', file: join(process.cwd(), 'a') }]);
  });

  test('include: relative to directory once it is set, with patterns, inside blocks', () => {
    write('keys.inc', 'key k { algorithm hmac-sha256; secret "6vOHn0LwVRSdZyJgzF4mnHZgCDbVN9C0S3r0tB0Wq1E="; };\n');
    write('zone-a.inc', 'zone "a.test" { type primary; file "a"; include "transfer.inc"; };\n');
    write('zone-b.inc', 'zone "b.test" { type primary; file "b"; };\n');
    write('transfer.inc', 'allow-transfer { key k; };\n');
    const text = `options { directory "${folder}"; recursion no; };\ninclude "keys.inc"; include "zone-*.inc";\n`;
    const { zones, keys } = good(text);
    expect(zones.map(({ name, file }) => [name, file])).toEqual([
      ['a.test', join(folder, 'a')],
      ['b.test', join(folder, 'b')],
    ]);
    expect(keys).toHaveLength(1);
    expect(zones[0]?.allowTransfer).not.toBe(zones[1]?.allowTransfer);
  });

  test('faults of an included file are told there', () => {
    const path = write('bad.inc', '\n  zone "a.test" { type primary; file a; };\n');
    const [problem] = diagnostics(`include "${path}";\n`);
    expect(problem).toMatchObject({ file: path, line: 2, column: 38, code: 'NC05' });
  });
});

describe('faults', () => {
  const cases: readonly (readonly [title: string, text: string, expected: readonly string[]])[] = [
    ['a missing file', 'include "/nowhere/x";', ['1:9 NC01 cannot read /nowhere/x: no such file']],
    ['a device', 'include "/dev/zero";', ['1:9 NC01 cannot read /dev/zero: it is no regular file']],
    ['an open string', 'zone "a { type primary; };', ['1:6 NC02 the text that begins here has no closing quote']],
    ['an open comment', 'options { };\n/* for ever', ['2:1 NC02 the comment that begins here has no end']],
    ['an open block', 'zone "a" { type primary;\nfile "a";\n', ['1:10 NC03 the { of zone is not closed']],
    [
      'an open list, told where it was opened',
      'zone "a" {\n  allow-transfer { any;\n  file "a";\n  type primary;\n};\n',
      ['2:18 NC03 this { is not closed'],
    ],
    ['a brace too many', 'options { recursion no; }; };\n', ['1:28 NC03 this } closes nothing']],
    [
      'semicolons, each where it is to be written',
      'options {\n  recursion no\n  tcp-clients 10;\n  allow-query { any }\n}\n',
      [
        '2:15 NC04 missing ; behind "no"',
        '4:20 NC04 missing ; behind "any"',
        '4:22 NC04 missing ; behind "}"',
        '5:2 NC04 missing ; behind "}"',
      ],
    ],
    ['a semicolon too many', 'options { };;\n', ['1:13 NC05 expected a statement, found ";"']],
    ['no quotes', 'zone "a" { type primary; file a; };\n', ['1:31 NC05 expected text in quotes, found "a"']],
    ['quotes', 'options { recursion "no"; };\n', ['1:21 NC05 expected yes or no, found "no"']],
    ['nothing', 'options { tcp-clients; };\n', ['1:22 NC05 expected a number, found ";"']],
    [
      'one of several',
      'zone "a" { type primry; };\n',
      [expect.stringMatching(/^1:17 NC05 expected primary, master, .* found "primry"$/) as string],
    ],
    ['more than it takes', 'options { recursion no yes; };\n', ['1:24 NC05 expected ;, found "yes"']],
    ['an unknown statement', 'options { recursoin no; };\n', ['1:11 NC06 unknown statement "recursoin"']],
    [
      'an unknown category',
      'logging { category querys { null; }; };\n',
      ['1:20 NC06 unknown logging category "querys"'],
    ],
    ['one from elsewhere', 'options { file "a"; };\n', ['1:11 NC07 file does not belong here']],
    [
      'one of another type',
      'zone "a" { type primary; file "a"; primaries { 192.0.2.1; }; };\n',
      ['1:36 NC07 primaries does not belong in a primary zone'],
    ],
    ['twice', 'options { recursion no;\nrecursion yes; };\n', ['2:1 NC08 recursion is given twice']],
    [
      'a zone twice',
      'zone "a" { type primary; file "a"; };\nzone "A." { type primary; file "b"; };\n',
      ['2:6 NC08 zone A. is given twice'],
    ],
    ['a removed one', 'options { fake-iquery yes; };\n', ['1:11 NC10 BIND has no fake-iquery any more']],
    ['no directory', 'options { directory "/nowhere/x"; };\n', ['1:21 NC01 the directory /nowhere/x does not exist']],
  ];

  test.each(cases)('%s', (_, text, expected) => expect(errors(text)).toEqual(expected));

  test('all of a file are told', () => {
    const text = `options { recursoin no; listen-on { any };\n  version none }\nzone "a" { type primary; file a; };\nkye "k" { };\n`;
    expect(errors(text).map((error) => error.split(' ').slice(0, 2).join(' '))).toEqual([
      '1:11 NC06',
      '1:40 NC04',
      '2:15 NC04',
      '2:17 NC04',
      '3:31 NC05',
      '4:1 NC06',
    ]);
  });

  test('circles of includes end', () => {
    const path = write('circle.inc', `include "${join(folder, 'circle.inc')}";\n`);
    expect(errors(`include "${path}";\n`)).toEqual([expect.stringContaining('includes itself')]);
  });

  test('a caret and a hint', () => {
    const [problem] = diagnostics('options {\n\trecursoin no;\n};\n');
    expect(problem && formatDiagnostic(problem)).toBe(
      'named.conf:2:2: error: unknown statement "recursoin" [NC06]\n\trecursoin no;\n\t^\nhint: did you mean recursion?',
    );
  });

  test('secrets are not shown', () => {
    const texts = [
      'key k { algorithm hmac-sha256; secret "c2VjcmV0LXNlY3JldA==" };\n',
      'key k { algorithm hmac-sha256; secret x c2VjcmV0LXNlY3JldA==; };\n',
      'options { cookie-secret 1 c2VjcmV0LXNlY3JldA==; };\n',
      'key k { algorithm hmac-sha256; secret "c2VjcmV0LXNlY3JldA=="; bad; };\n',
      'key k { algorithm nonsense; secrett c2VjcmV0LXNlY3JldA==; };\n',
      'options { cookie-secret "c2VjcmV0LXNlY3JldA==" x; };\n',
      'key k { algorithm hmac-sha256; secret "c2VjcmV0LXNlY3JldA=="; };\n',
    ];
    for (const text of texts) {
      const shown = diagnostics(text).map(formatDiagnostic).join('\n');
      expect(shown).not.toBe('');
      expect(shown).not.toMatch(/c2Vj/);
    }
  });
});

test('any text ends, in diagnostics or a configuration', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    ';',
    '!',
    '"',
    'zone',
    'options',
    'view',
    'key',
    'acl',
    'a',
    '10/8',
    'any',
    '/*',
    '#',
    '\n',
    ' ',
    'type',
    'primary',
    'file',
    '\\',
    'listen-on',
    'logging',
    'channel',
    'category',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const result = read(pieces.join(' '));
      if (!result.ok) expect(result.error.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});
