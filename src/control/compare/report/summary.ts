/** The result of a comparison, for people and for programs. */
import { typeText } from '../../../rr/type-names.ts';
import { harmlessKinds, harmlessNames } from '../answers/verdict.ts';
import type { ComparedZone, CompareResult, Finding, FoundAnswer, ServedState } from '../compare-result.ts';
import { askedWays, formatWay } from '../questions/question.ts';
import type { ServerPair } from '../server-pair.ts';
import { diffAnswers, formatQuestion } from './format-answer.ts';

/** What stands out of a zone before anything is asked of it; `undefined` where both serve one version. */
export function describeZone({ name, first, second }: ComparedZone, pair: ServerPair): string | undefined {
  const [a, b] = [pair.first.text, pair.second.text];
  if ('serial' in first && 'serial' in second) {
    if (first.serial === second.serial) return undefined;
    return (
      `zone ${name}: SERIALS DIFFER: ${first.serial} at ${a}, ${second.serial} at ${b}\n` +
      'hint: they hold two versions of the zone; load the same file, or refresh the secondary, and compare again'
    );
  }
  const said = (state: ServedState) => ('serial' in state ? `serial ${state.serial}` : state.refusal);
  return `zone ${name}: NOT SERVED BY ${notServing(first, second, a, b)}: ${said(first)} at ${a}, ${said(second)} at ${b}`;
}

function notServing(first: ServedState, second: ServedState, a: string, b: string): string {
  if ('serial' in first) return b;
  return 'serial' in second ? a : `${a} NOR ${b}`;
}

/** Each difference under a line that names it, as `diff -u` does. */
export function formatFindings({ findings, counts }: CompareResult, pair: ServerPair): string {
  if (findings.length === 0) return '';
  const lines = [`--- ${pair.first.text}`, `+++ ${pair.second.text}`];
  for (const finding of findings) lines.push(...formatFinding(finding));
  const hidden = counts.differentQuestions - findings.length;
  if (hidden > 0)
    lines.push('', `${hidden} more question${hidden === 1 ? '' : 's'} with a difference; --limit shows more`);
  return `${lines.join('\n')}\n\n`;
}

function formatFinding({ question, answers }: Finding): string[] {
  const lines: string[] = [];
  for (const group of groupAnswers(answers)) {
    const names = [...new Set(group.answers.flatMap(({ differences }) => differences))].join(', ');
    const kind = question.kind === 'data' ? '' : ` (${question.kind})`;
    lines.push('', `@@ ${formatQuestion(question)}${kind}: ${names}; ${waysText(group.answers)} @@`, ...group.diff);
  }
  return lines;
}

interface AnswerGroup {
  readonly answers: FoundAnswer[];
  readonly diff: readonly string[];
}

/** Answers that differ in the same lines are shown once. */
function groupAnswers(answers: readonly FoundAnswer[]): AnswerGroup[] {
  const groups = new Map<string, AnswerGroup>();
  for (const answer of answers) {
    const diff = diffAnswers(answer.first, answer.second);
    const key = diff.filter((line) => !line.startsWith(' ')).join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { answers: [answer], diff });
    else group.answers.push(answer);
  }
  return [...groups.values()];
}

function waysText(answers: readonly FoundAnswer[]): string {
  if (answers.length === askedWays.length) return 'UDP and TCP, with and without EDNS';
  return answers.map(({ way }) => formatWay(way)).join(', ');
}

/** How much was asked, and what came of it. */
export function formatSummary(result: CompareResult): string {
  const { counts, zones, seconds } = result;
  const names = sum(zones.map((zone) => zone.names));
  const records = sum(zones.map((zone) => zone.records));
  const harmless = harmlessKinds(-1).flatMap((kind) =>
    counts.harmlessKinds[kind] === 0 ? [] : [`  ${figure(counts.harmlessKinds[kind])}  ${harmlessNames[kind]}`],
  );
  const differences = Object.entries(counts.differenceNames).filter(([, count]) => count > 0);
  return `${[
    `${plural(zones.length, 'zone')}, ${plural(names, 'name')}, ${plural(records, 'record')}: ` +
      `${plural(counts.questions, 'question')}, asked in 4 ways each, in ${seconds.toFixed(1)} s`,
    `${figure(counts.equal)}  equal`,
    `${figure(counts.harmless)}  equal but for what is harmless`,
    ...harmless,
    `${figure(counts.different)}  different${inQuestions(counts.differentQuestions)}`,
    ...differences.map(([name, count]) => `  ${figure(count)}  ${name}`),
    ...(counts.unanswered === 0
      ? []
      : [`${figure(counts.unanswered)}  not compared: no answer${inQuestions(counts.unansweredQuestions)}`]),
    ...(counts.retried === 0 ? [] : [`${figure(counts.retried)}  sent again, because no answer came in time`]),
    verdictText(result),
  ].join('\n')}\n`;
}

function verdictText({ isSame, zones, counts }: CompareResult): string {
  if (isSame) return 'no difference';
  const uneven = zones.filter(({ first, second }) => !('serial' in first && 'serial' in second)).length;
  const serials = zones.filter(
    ({ first, second }) => 'serial' in first && 'serial' in second && first.serial !== second.serial,
  ).length;
  const parts = [
    ...(serials === 0 ? [] : [`${plural(serials, 'zone')} with two serials`]),
    ...(uneven === 0 ? [] : [`${plural(uneven, 'zone')} not served by both`]),
    ...(counts.differentQuestions === 0
      ? []
      : [`${plural(counts.differentQuestions, 'question')} answered differently`]),
    ...(counts.unansweredQuestions === 0
      ? []
      : [`${plural(counts.unansweredQuestions, 'question')} without an answer`]),
  ];
  return `DIFFERENT: ${parts.join(', ')}`;
}

function inQuestions(questions: number): string {
  return questions === 0 ? '' : ` (${plural(questions, 'question')})`;
}

function figure(count: number): string {
  return count.toLocaleString('en').padStart(10);
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** For scripts. */
export function resultJson(result: CompareResult, pair: ServerPair): object {
  const { zones, counts, findings, unanswered, notes, seconds, isSame } = result;
  return {
    ok: isSame,
    bind: pair.first.text,
    with: pair.second.text,
    seconds: Number(seconds.toFixed(3)),
    zones: zones.map(({ name, namesFrom, names, records, questions, first, second }) => {
      return { name, namesFrom, names, records, questions, bind: first, with: second };
    }),
    ...counts,
    harmlessKinds: Object.fromEntries(Object.entries(counts.harmlessKinds).filter(([, count]) => count > 0)),
    differenceNames: Object.fromEntries(Object.entries(counts.differenceNames).filter(([, count]) => count > 0)),
    differences: findings.map(({ zone, question, answers }) => {
      const name = formatQuestion(question).split(' ')[0];
      return { zone, name, type: typeText(question.type), probe: question.kind, answers: answers.map(answerJson) };
    }),
    withoutAnswer: unanswered,
    notes,
  };
}

function answerJson({ way, differences, harmless, first, second }: FoundAnswer): object {
  return {
    transport: way.overTcp ? 'tcp' : 'udp',
    dnssec: way.dnssec,
    differences,
    harmless: harmlessKinds(harmless),
    diff: diffAnswers(first, second),
  };
}
