/** What named-checkconf (BIND 9.18) takes is taken here, and what it refuses is refused. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { blockOf, findStatement, firstValue } from '../../../src/control/named-conf/convert/arguments.ts';
import { type Clause, contextOf } from '../../../src/control/named-conf/grammar/contexts.ts';
import { parseNamedConfig } from '../../../src/control/named-conf/parse-named-config.ts';
import { ParseState } from '../../../src/control/named-conf/parse-state.ts';
import { parseNamedConf } from '../../../src/control/named-conf/parser.ts';
import { SourceText } from '../../../src/control/named-conf/source-text.ts';
import { nameOf, type Statement } from '../../../src/control/named-conf/tree.ts';
import { findCommand } from '../lib/judge.ts';
import { badStatement } from './sample-statements.ts';

const corpus = join(import.meta.dirname, '../../named-conf');
const folder = mkdtempSync(join(tmpdir(), 'ringzone-checkconf-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Verdict {
  readonly isGood: boolean;
  readonly text: string;
}

/** A statement that is good BIND, and refused because it cannot be obeyed, is no fault of the file. */
const refusals = ['NC13', 'CF10'];

function ours(file: string): Verdict {
  const result = parseNamedConfig(readFileSync(file, 'utf8'), file);
  const errors = result.ok ? [] : result.error.filter((problem) => problem.severity === 'error');
  const faults = errors.filter(({ code }) => !refusals.includes(code));
  return { isGood: faults.length === 0, text: faults.map(formatDiagnostic).join('\n') };
}

async function theirs(file: string): Promise<Verdict> {
  const child = spawn('named-checkconf', [file]);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { isGood: code === 0, text };
}

/** What is to differ, in which direction, and why. */
const differences: Readonly<Record<string, readonly [isGoodHere: boolean, reason: string]>> = {
  'bind-9.20': [true, 'statements that BIND has since 9.20 are known'],
  'category-statistics': [
    true,
    'BIND 8 had the category, BIND 9 does not start with it; old files have it, and it harms nobody',
  ],
  'range-of-no-meaning': [true, 'what has no meaning here is held against the grammar, not against its range'],
  'names-of-acls': [
    false,
    'an acl whose name could be an address, or has a blank, cannot be told from other elements here',
  ],
  'transport-of-transfers': [false, 'BIND takes any word there, and what is neither tcp nor tls lets nobody transfer'],
  'undefined-key': [false, 'BIND takes the name of a key that is nowhere defined, and then refuses everybody silently'],
};

const files = ['good', 'bad'].flatMap((kind) => readdirSync(join(corpus, kind)).map((name) => `${kind}/${name}`));

describe.skipIf(findCommand('named-checkconf') === undefined)('beside named-checkconf (skipped without it)', () => {
  test.each(files)('%s', async (name) => {
    const file = join(corpus, name);
    const [here, there] = [ours(file), await theirs(file)];
    expect(there.isGood, there.text).toBe(name.startsWith('good/'));
    expect(here.isGood, here.text).toBe(there.isGood);
  });

  test.each(Object.entries(differences))('differs: %s', async (name, [isGoodHere]) => {
    const file = join(corpus, 'differs', `${name}.conf`);
    const [here, there] = [ours(file), await theirs(file)];
    expect([here.isGood, there.isGood], here.text + there.text).toEqual([isGoodHere, !isGoodHere]);
  });

  test('each statement with a wrong value', async () => {
    const texts = badTexts();
    const different: string[] = [];
    const check = async (worker: number) => {
      for (const [index, text] of texts.entries()) {
        if (index % 2 !== worker) continue;
        const file = join(folder, `${worker}.conf`);
        writeFileSync(file, text);
        if ((await theirs(file)).isGood !== ours(file).isGood) different.push(text);
      }
    };
    await Promise.all([check(0), check(1)]);
    expect(different).toEqual([]);
  });
});

/** What no file can have that both take, and why. */
const uncovered: readonly (readonly [statement: RegExp, reason: string])[] = [
  [/ (dlz|dyndb|plugin|database|search)$/, 'it names a back end or a plug-in that must be there'],
  [/ (trusted-keys|managed-keys|trust-anchors)$/, "the root's keys must be whole, and two kinds exclude each other"],
  [/ dnsrps-.*$/, "it is compiled out of Debian's BIND"],
  [/^dnssec-policy parent-registration-delay$/, 'BIND has it in its grammar, and refuses it'],
];

test('the files have every statement, in every place that it has', () => {
  const seen = new Set(
    ['good', 'differs'].flatMap((kind) =>
      readdirSync(join(corpus, kind)).flatMap((name) => placesIn(join(corpus, kind, name))),
    ),
  );
  const missing = allContexts()
    .flatMap(([context, clauses]) =>
      [...clauses.values()].flatMap(({ name, places }) => {
        const letters = context === 'zone' ? [...places].filter((letter) => zoneLetters.includes(letter)) : [''];
        return letters.map((letter) => `${context}${letter} ${name}`);
      }),
    )
    .filter((place) => !seen.has(place) && !uncovered.some(([pattern]) => pattern.test(place)));
  expect(missing).toEqual([]);
});

const zoneLetters = 'psmhfrtudi';
const zoneTypes: Readonly<Record<string, string>> = {
  primary: 'p',
  master: 'p',
  secondary: 's',
  slave: 's',
  mirror: 'm',
  hint: 'h',
  forward: 'f',
  redirect: 'r',
  'static-stub': 't',
  stub: 'u',
  'delegation-only': 'd',
};

/** `options tcp-clients`, `zonep file`: what a file has. */
function placesIn(file: string): readonly string[] {
  const state = new ParseState('/');
  const statements = parseNamedConf(new SourceText(file, readFileSync(file, 'utf8')), state);
  expect(
    state.diagnostics.filter(({ severity }) => severity === 'error'),
    file,
  ).toEqual([]);
  return placesOf('top', statements);
}

function placesOf(context: string, statements: readonly Statement[]): readonly string[] {
  const type = findStatement(statements, 'type');
  const letter =
    context !== 'zone' ? '' : type === undefined ? 'i' : (zoneTypes[firstValue(type).text.toLowerCase()] ?? '');
  return statements.flatMap((statement) => [
    `${context}${letter} ${nameOf(statement)}`,
    ...placesOf(nameOf(statement), blockOf(statement)),
  ]);
}

const wrappers: Readonly<Record<string, (statement: string) => string>> = {
  top: (statement) => statement,
  options: (statement) => `options { ${statement} };`,
  server: (statement) => `server 127.0.0.1 { ${statement} };`,
  zone: (statement) => `zone "a.test" { ${statement} };`,
  logging: (statement) => `logging { ${statement} };`,
  channel: (statement) => `logging { channel c { ${statement} }; };`,
  key: (statement) => `key k { ${statement} };`,
  tls: (statement) => `tls t { ${statement} };`,
  http: (statement) => `http h { ${statement} };`,
  'dnssec-policy': (statement) => `dnssec-policy p { ${statement} };`,
  'rate-limit': (statement) => `options { rate-limit { ${statement} }; };`,
  dns64: (statement) => `options { dns64 64:ff9b::/96 { ${statement} }; };`,
  controls: (statement) => `controls { ${statement} };`,
  'statistics-channels': (statement) => `statistics-channels { ${statement} };`,
};

function allContexts(): readonly (readonly [name: string, clauses: ReadonlyMap<string, Clause>])[] {
  const names = [...Object.keys(wrappers), 'view', 'dlz', 'key-store'];
  return names.map((name) => [name, contextOf(name)]);
}

test('there is a wrong value for every statement that takes one', () => {
  const without = allContexts()
    .filter(([name]) => name in wrappers)
    .flatMap(([, clauses]) => [...clauses.values()])
    .filter((clause) => badStatement(clause) === undefined);
  expect([...new Set(without.map(({ name }) => name))].sort()).toEqual(takesAnything);
});

/** Any text is good there, or all may be missing: the bad files have those of the second kind. */
const takesAnything = [
  'dnsrps-options',
  'dyndb',
  'nsec3param',
  'plugin',
  'response-policy',
  'root-delegation-only',
  'syslog',
];

function badTexts(): readonly string[] {
  return Object.entries(wrappers).flatMap(([name, wrap]) =>
    [...contextOf(name).values()].flatMap((clause) => {
      const statement = badStatement(clause);
      return statement === undefined ? [] : [wrap(statement)];
    }),
  );
}
