/**
 * Ask BIND, NSD and Knot the question of every case and write what two of them agree on as the expected answer.
 *
 *     node test/golden/agree.ts [TOPIC]...
 *
 * A case where no two agree, and no CHOOSE or WRITE says why, is listed and left as it was; the exit code is then 1.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBind } from '../interop/lib/bind.ts';
import { decodeMessage } from '../interop/lib/decode-message.ts';
import { askRaw } from '../interop/lib/dns-client.ts';
import type { Judge, JudgeZone } from '../interop/lib/judge.ts';
import { startKnot } from '../interop/lib/knot.ts';
import { startNsd } from '../interop/lib/nsd.ts';
import {
  formatCaseFile,
  type GoldenCase,
  type JudgeName,
  judgeNames,
  type PartName,
  type Parts,
  parseCaseFile,
  partNames,
  type Variant,
} from './case-file.ts';
import { buildGoldenQuestion, partsOf, silence } from './golden-question.ts';

type Answers = ReadonlyMap<JudgeName, Parts>;
const starters = { bind: startBind, nsd: startNsd, knot: startKnot } as const;
const folder = import.meta.dirname;
const topics = process.argv.length > 2 ? process.argv.slice(2) : listTopics();
const problems: string[] = [];
for (const topic of topics) await agreeOn(topic);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
process.exit();

function listTopics(): string[] {
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, `${name}.case`)));
}

async function agreeOn(topic: string): Promise<void> {
  const path = join(folder, topic, `${topic}.case`);
  const file = parseCaseFile(readFileSync(path, 'utf8'));
  const zones = file.zones.map((zone) => ({ name: zone.name, file: join(folder, topic, zone.file) }));
  const judges = await startAll(zones);
  try {
    const cases: GoldenCase[] = [];
    for (const golden of file.cases) cases.push(agreeOnCase(topic, golden, await askAll(judges, golden.ask)));
    writeFileSync(path, formatCaseFile({ ...file, cases }));
    console.log(`${topic}: ${cases.length} cases`);
  } finally {
    for (const judge of judges.values()) await judge.stop();
  }
}

async function startAll(zones: readonly JudgeZone[]): Promise<Map<JudgeName, Judge>> {
  const judges = new Map<JudgeName, Judge>();
  for (const name of judgeNames) {
    const judge = await starters[name](zones);
    if (judge === undefined) throw new Error(`${name} is needed to agree`);
    judges.set(name, judge);
    if (judge.notLoaded.length > 0) console.error(`${name} did not load ${judge.notLoaded.join(' ')}\n${judge.log()}`);
  }
  return judges;
}

async function askAll(judges: ReadonlyMap<JudgeName, Judge>, ask: string): Promise<Answers> {
  const answers = new Map<JudgeName, Parts>();
  for (const [name, judge] of judges) {
    const { octets, tcp, isRaw } = buildGoldenQuestion(ask);
    const response = await askRaw(judge.port, octets, { tcp, timeoutMs: isRaw ? 300 : 3000 });
    if (response === undefined && !isRaw) throw new Error(`${name} gives no answer to ${ask}`);
    answers.set(name, response === undefined ? silence : partsOf(decodeMessage(response)));
  }
  return answers;
}

function agreeOnCase(topic: string, golden: GoldenCase, answers: Answers): GoldenCase {
  const expected = { ...golden.expected };
  for (const part of partNames) {
    const variants = agreeOnPart(golden, part, answers);
    if (variants !== undefined) expected[part] = variants;
    else problems.push(describeConflict(topic, golden, part, answers));
  }
  return { ...golden, expected };
}

function agreeOnPart(golden: GoldenCase, part: PartName, answers: Answers): Variant[] | undefined {
  const rules = golden.rules.filter((rule) => rule.part === part);
  const also = rules
    .filter((rule) => rule.verb === 'ALSO')
    .map((rule) => variantOf(part, rule.judge as JudgeName, answers));
  if (rules.some((rule) => rule.verb === 'FREE')) return [];
  const written = rules.some((rule) => rule.verb === 'WRITE');
  const chosen = rules.find((rule) => rule.verb === 'CHOOSE');
  const first = written
    ? describeWritten(golden, part, answers)
    : chosen?.judge === undefined
      ? findMajority(part, answers, votersOn(golden, part, answers))
      : variantOf(part, chosen.judge, answers);
  if (first === undefined) return undefined;
  return [first, ...also.filter((variant) => variant.lines.join('\n') !== first.lines.join('\n'))];
}

function describeWritten(golden: GoldenCase, part: PartName, answers: Answers): Variant | undefined {
  const variant = golden.expected[part][0];
  return variant === undefined ? undefined : { lines: variant.lines, by: describeJudges(part, variant.lines, answers) };
}

function variantOf(part: PartName, judge: JudgeName, answers: Answers): Variant {
  const lines = (answers.get(judge) as Parts)[part];
  return { lines, by: describeJudges(part, lines, answers) };
}

/**
 * Who may vote on a part: on the sections only those that give the right RCODE, because an error's empty sections say
 * nothing of how a good answer looks.
 */
function votersOn(golden: GoldenCase, part: PartName, answers: Answers): readonly JudgeName[] {
  if (part === 'header') return judgeNames;
  const rcode = rcodeOf(agreeOnPart(golden, 'header', answers)?.[0]?.lines);
  const voters = judgeNames.filter((name) => rcodeOf(answers.get(name)?.header) === rcode);
  return voters.length === 0 ? judgeNames : voters;
}

function rcodeOf(header: readonly string[] | undefined): string | undefined {
  return header?.[0]?.split(' ')[0];
}

/** What two of the voters give, or all of fewer. */
function findMajority(part: PartName, answers: Answers, voters: readonly JudgeName[]): Variant | undefined {
  const needed = Math.min(2, voters.length);
  return voters
    .map((name) => variantOf(part, name, answers))
    .find(({ lines }) => voters.filter((name) => sameLines(answers.get(name)?.[part], lines)).length >= needed);
}

function describeJudges(part: PartName, lines: readonly string[], answers: Answers): string {
  const giving = judgeNames.filter((name) => sameLines(answers.get(name)?.[part], lines));
  const others = judgeNames.filter((name) => !giving.includes(name));
  const differing = others.map(
    (name) => `${name}: ${describeDifference(part, lines, answers.get(name)?.[part] ?? [])}`,
  );
  return [giving.length === 0 ? 'none' : giving.join(' '), ...differing].join('; ');
}

function describeDifference(part: PartName, lines: readonly string[], others: readonly string[]): string {
  if (part === 'header') return others.join(' ');
  const less = lines.filter((line) => !others.includes(line));
  const more = others.filter((line) => !lines.includes(line));
  const sides = [less.length > 0 ? `without ${kinds(less)}` : '', more.length > 0 ? `with ${kinds(more)}` : ''];
  return sides.filter((side) => side !== '').join(', ');
}

function kinds(lines: readonly string[]): string {
  return [...new Set(lines.map((line) => line.split(' ')[3]))].join(' ');
}

function sameLines(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a?.join('\n') === b.join('\n');
}

function describeConflict(topic: string, golden: GoldenCase, part: PartName, answers: Answers): string {
  const each = judgeNames.map(
    (name) => `  ${name}:\n${(answers.get(name)?.[part] ?? []).map((line) => `    ${line}\n`).join('')}`,
  );
  return `${topic}:${golden.line}: ${golden.title}: no two agree on ${part}\n${each.join('')}`;
}
