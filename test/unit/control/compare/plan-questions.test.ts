/** Which questions a zone gives. */
import { expect, test } from 'vitest';
import { planQuestions } from '../../../../src/control/compare/questions/plan-questions.ts';
import { ZoneNames } from '../../../../src/control/compare/questions/zone-names.ts';
import { formatQuestion } from '../../../../src/control/compare/report/format-answer.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { parseZone } from '../../../../src/zonefile/parse-zone.ts';
import { openFromMemory } from '../../../../src/zonefile/zone-source.ts';

function planned(zone: string): string[] {
  const apex = wireNameFrom('ex.test.');
  const names = new ZoneNames(apex);
  const text = `$TTL 300\n@ SOA ns1 admin 9 1 2 3 4\n@ NS ns1\n${zone}`;
  const open = openFromMemory(new Map([['f', text]]));
  parseZone({ file: 'f', apex, open, sink: names, onDiagnostic: () => undefined });
  expect(names.serial).toBe(9);
  return [...planQuestions(names, 1)].map((question) => `${formatQuestion(question)} ${question.kind}`);
}

const apexQuestions = [
  'ex.test. SOA data',
  'ex.test. NS data',
  'ex.test. DS apex',
  'ex.test. ANY apex',
  'eX.TeSt. SOA apex',
  'ringzone-compare.ex.test. A name error',
  'ringzone-compare.ringzone-compare.ex.test. A name error',
  'ex.test. AAAA no data',
];

test('each type of each owner once, and what the apex says of what is not there', () => {
  expect(planned('www A 192.0.2.1\nwww A 192.0.2.2\nmail A 192.0.2.3\nWWW TXT x\n')).toEqual([
    ...apexQuestions,
    'www.ex.test. A data',
    'www.ex.test. TXT data',
    'mail.ex.test. A data',
  ]);
});

test('empty non-terminals, and name errors below each name that has others below it', () => {
  const questions = planned('_sip._udp SRV 1 1 5060 www\n').slice(apexQuestions.length);
  expect(questions).toEqual([
    '_sip._udp.ex.test. SRV data',
    'ringzone-compare._udp.ex.test. A name error',
    '_udp.ex.test. AAAA no data',
  ]);
});

test('a wildcard: itself, below it, two labels below it, and a type that it has not', () => {
  const questions = planned('*.w A 192.0.2.1\n').slice(apexQuestions.length);
  expect(questions).toEqual([
    '*.w.ex.test. A data',
    'ringzone-compare.w.ex.test. A wildcard',
    'ringzone-compare.ringzone-compare.w.ex.test. A wildcard',
    'ringzone-compare.w.ex.test. AAAA wildcard',
    '*.w.ex.test. AAAA no data',
    // A name error can't be had below it: the wildcard answers.
    'w.ex.test. AAAA no data',
  ]);
});

test('a cut: the referral, DS, and names below it', () => {
  const questions = planned('cut NS ns.cut\nns.cut A 192.0.2.1\n').slice(apexQuestions.length);
  expect(questions).toEqual([
    'cut.ex.test. NS data',
    'ringzone-compare.cut.ex.test. A below a cut',
    'ringzone-compare.ringzone-compare.cut.ex.test. TXT below a cut',
    'cut.ex.test. DS no data',
    'cut.ex.test. AAAA no data',
    'ns.cut.ex.test. A data',
  ]);
});

test('aliases are followed, DNAMEs rewritten', () => {
  const questions = planned('a CNAME www\nd DNAME other\n').slice(apexQuestions.length);
  expect(questions).toEqual([
    'a.ex.test. CNAME data',
    'a.ex.test. A alias',
    'd.ex.test. DNAME data',
    'ringzone-compare.d.ex.test. A below a DNAME',
    'ringzone-compare.ringzone-compare.d.ex.test. TXT below a DNAME',
    'd.ex.test. AAAA no data',
  ]);
});

test('NSEC3: no data at each name, and nothing of hashed owners or signatures', () => {
  const questions = planned(
    '@ NSEC3PARAM 1 0 0 -\nwww A 192.0.2.1\nwww RRSIG A 13 3 300 20401231000000 20261123040640 1 ex.test. AAAA\n' +
      '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A\n',
  );
  expect(questions.slice(-2)).toEqual(['www.ex.test. A data', 'www.ex.test. AAAA no data']);
  expect(questions.filter((text) => text.includes('RRSIG') || text.includes('0p9mha'))).toEqual([]);
});

test('no name gets longer than names may be', () => {
  const long = Array.from({ length: 4 }, () => 'x'.repeat(57)).join('.');
  expect(planned(`a.${long} A 192.0.2.1\n`).every((text) => (text.split(' ')[0] ?? '').length <= 254)).toBe(true);
});
