/** What a run has come to: for people on stdout, for programs as JSON; and whether it was good. */

import type { WrongAnswer } from '../checker.ts';
import type { Lost } from '../losses.ts';
import type { Figures, HeapFigures } from '../measure.ts';
import type { World } from '../world.ts';
import { type Trend, trendOf } from './trend.ts';

/** Of the resident memory, from the end of the warm-up to the end. */
const mostGrowth = 0.05;
const toldLines = 500;
/** Memory goes up and down with the threads' collections, ten minutes from one to the next: a line through less than some of these says nothing. */
const leastTrendMs = 40 * 60_000;

export interface SoakReport {
  readonly seed: number;
  readonly minutes: number;
  readonly verdict: 'good' | 'bad';
  readonly reasons: readonly string[];
  readonly asked: { readonly udp: number; readonly tcp: number };
  readonly answered: { readonly udp: number; readonly tcp: number };
  readonly rcodes: Readonly<Record<string, number>>;
  readonly truncated: number;
  readonly wrong: number;
  readonly lostByFaults: Readonly<Record<string, number>>;
  readonly unanswered: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly residentOctets: Trend;
  readonly descriptors: Trend;
  readonly threads: Trend;
  /** In the middle of the warm-up, and at the end. */
  readonly collected: { readonly before: HeapFigures | undefined; readonly after: HeapFigures | undefined };
  readonly drops: { readonly server: number; readonly clients: number };
  readonly problems: readonly string[];
  readonly wrongAnswers: readonly WrongAnswer[];
  readonly unansweredQuestions: readonly Lost[];
  readonly figures: readonly Figures[];
  /** The end of the server's log, where something was wrong. */
  readonly log: readonly string[];
}

export interface Measured {
  readonly figures: readonly Figures[];
  readonly warmUpEndMs: number;
  readonly collected: SoakReport['collected'];
  readonly drops: SoakReport['drops'];
  readonly minutes: number;
}

export function makeReport(world: World, measured: Measured): SoakReport {
  const { checker, losses, options } = world;
  const { collected, drops, minutes } = measured;
  const figures = measured.figures.filter(({ atMs }) => atMs >= measured.warmUpEndMs);
  const trend = (read: (of: Figures) => number) => trendOf(figures.map((of) => ({ atMs: of.atMs, value: read(of) })));
  const trends = {
    residentOctets: trend(({ residentOctets }) => residentOctets),
    descriptors: trend(({ descriptors }) => descriptors),
    threads: trend(({ threads }) => threads),
  };
  const spanMs = (figures.at(-1)?.atMs ?? 0) - (figures[0]?.atMs ?? 0);
  // What the machine had no room for, nobody has lost.
  const unanswered = Math.max(0, losses.unexplained.length - drops.server - drops.clients);
  const reasons = [
    ...(checker.wrong > 0 ? [`${checker.wrong} wrong answers`] : []),
    ...(unanswered > 0 ? [`${unanswered} questions without an answer that no fault explains`] : []),
    ...(world.problems.length > 0 ? [`${world.problems.length} problems`] : []),
    ...(checker.answered.udp === 0 || checker.answered.tcp === 0 ? ['nothing was answered'] : []),
    ...(spanMs >= leastTrendMs ? growthOf('resident memory', trends.residentOctets) : []),
    ...(spanMs >= leastTrendMs ? growthOf('descriptors', trends.descriptors) : []),
  ];
  return {
    seed: options.seed,
    minutes,
    verdict: reasons.length === 0 ? 'good' : 'bad',
    reasons,
    asked: checker.asked,
    answered: checker.answered,
    rcodes: checker.rcodes,
    truncated: checker.truncated,
    wrong: checker.wrong,
    lostByFaults: losses.injected,
    unanswered,
    counts: Object.fromEntries(Object.entries(world.counts).sort()),
    ...trends,
    collected,
    drops,
    problems: world.problems,
    wrongAnswers: checker.wrongAnswers,
    unansweredQuestions: losses.unexplained.slice(0, 100),
    figures: measured.figures,
    log: reasons.length === 0 ? [] : world.daemon.log.split('\n').slice(-toldLines),
  };
}

function growthOf(what: string, { growth }: Trend): readonly string[] {
  return growth > mostGrowth ? [`${what} grew by ${(growth * 100).toFixed(1)} % after the warm-up`] : [];
}

export function formatReport(report: SoakReport): string {
  const { asked, answered, residentOctets, descriptors, threads, collected } = report;
  const pairs = (of: Readonly<Record<string, number>>) =>
    Object.entries(of).map(([name, count]) => `  ${name}: ${count}`);
  const change = ({ mean, growth }: Trend, unit = 1) =>
    `${(mean / unit).toFixed(1)} on average, ${growth >= 0 ? '+' : ''}${(growth * 100).toFixed(1)} % from end to end`;
  return [
    `${report.verdict}: ${report.minutes.toFixed(1)} minutes, seed ${report.seed}${report.reasons.map((reason) => `\n  ${reason}`).join('')}`,
    `asked ${asked.udp} by UDP and ${asked.tcp} by TCP, answered ${answered.udp} and ${answered.tcp}; wrong ${report.wrong}, unexplained ${report.unanswered}`,
    ...pairs(report.rcodes).map((line) => line.replace('  ', '  rcode ')),
    'lost by faults:',
    ...pairs(report.lostByFaults),
    'done:',
    ...pairs(report.counts),
    `resident MB: ${change(residentOctets, 1e6)}`,
    `descriptors: ${change(descriptors)}`,
    `threads: ${change(threads)}`,
    'after a collection in each thread, MB:',
    ...formatCollected(collected),
    ...report.problems.map((problem) => `problem: ${problem}`),
    ...report.wrongAnswers.map(
      ({ time, zone, question, reason, response }) => `wrong: ${time} ${zone} ${question}: ${reason}\n${response}`,
    ),
  ].join('\n');
}

/** Before and after, side by side. */
function formatCollected({ before, after }: SoakReport['collected']): readonly string[] {
  const pair = (name: string, octetsOf: (of: HeapFigures) => number | undefined) => {
    const [from, to] = [before, after].map((of) => {
      const octets = of === undefined ? undefined : octetsOf(of);
      return octets === undefined ? '-' : (octets / 1e6).toFixed(1);
    });
    return `  ${name}: ${from}, then ${to}`;
  };
  const names = Object.keys(after?.threadOctets ?? {});
  return [
    pair('resident', ({ residentOctets }) => residentOctets),
    ...names.map((name) => pair(name, ({ threadOctets }) => threadOctets[name])),
  ];
}
