/** What named-checkconf (BIND 9.18) takes is taken here, and what it refuses is refused. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { type Clause, contextOf, topContext } from '../../../src/control/named-conf/grammar/contexts.ts';
import { parseNamedConfig } from '../../../src/control/named-conf/parse-named-config.ts';
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
    expect(texts.length).toBeGreaterThan(300);
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

test('the good files have every statement', () => {
  const text = readdirSync(join(corpus, 'good'))
    .map((name) => readFileSync(join(corpus, 'good', name), 'utf8'))
    .join('\n');
  // No file of every build can have these: back ends, keys of the root, and what is compiled out.
  const without =
    /^(dlz|dyndb|plugin|database|in-view|trusted-keys|managed-keys|trust-anchors|dnsrps-.*|search|dnssec-policy|parent-registration-delay)$/;
  const names = allContexts().flatMap((context) => [...context.values()].filter(({ age }) => age !== '9.20'));
  const missing = names.filter(({ name }) => !without.test(name) && !new RegExp(`(^|[\\s{;])${name}[\\s;]`).test(text));
  expect([...new Set(missing.map(({ name }) => name))]).toEqual([]);
});

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

function allContexts(): readonly ReadonlyMap<string, Clause>[] {
  return [topContext, ...Object.keys(wrappers).slice(1).map(contextOf)];
}

function badTexts(): readonly string[] {
  return Object.entries(wrappers).flatMap(([name, wrap]) =>
    [...contextOf(name).values()].flatMap((clause) => {
      const statement = badStatement(clause);
      return statement === undefined ? [] : [wrap(statement)];
    }),
  );
}
