/** Asks both servers the same questions, and gathers what their answers differ in. */
import { err, ok, type Result } from '../../base/result.ts';
import { AnswerJudge } from './answers/judge-answers.ts';
import { type DifferenceName, differenceNames, Harmless, type HarmlessKind, harmlessKinds } from './answers/verdict.ts';
import type { CompareCounts, ComparedZone, CompareResult, Finding, FoundAnswer } from './compare-result.ts';
import { findNames, type ZoneToCompare } from './find-names.ts';
import { PairQuestioner } from './pair-questioner.ts';
import { planQuestions } from './questions/plan-questions.ts';
import { formatQuestion } from './report/format-answer.ts';
import { askState, isServed } from './served-state.ts';
import type { AskedServer, ServerPair } from './server-pair.ts';

export interface CompareRequest {
  readonly zones: readonly ZoneToCompare[];
  /** Findings kept, and questions without an answer named. */
  readonly limit: number;
  readonly recursionDesired: boolean;
}

/** Told while it runs. */
export interface CompareWatch {
  /** What each server has of a zone, before its questions. */
  noteZone(zone: ComparedZone): void;
  /** Its names are being had, from a file or by a transfer; often. */
  noteNames?(name: string, makeText: () => string): void;
  /** A zone begins: how many questions it has. */
  startZone(name: string, questions: number): void;
  /** One more question is answered. */
  step(): void;
}

/** Why nothing could be compared, and what to do. */
export interface CompareProblem {
  readonly message: string;
  readonly hint: string;
}

/** Questions of a zone on their way at once; each is four for each server. */
const inFlight = 128;

export async function compareZones(
  request: CompareRequest,
  pair: ServerPair,
  watch: CompareWatch,
): Promise<Result<CompareResult, CompareProblem>> {
  const [firstZone] = request.zones;
  if (firstZone === undefined) return err(noZones);
  const unreachable = await findUnreachable(pair, firstZone);
  if (unreachable !== undefined) return err(unreachable);
  const comparison = new Comparison(request, pair, watch);
  for (const zone of request.zones) {
    await comparison.compareZone(zone);
    const problem = problemOf(pair);
    if (problem !== undefined) return err(problem);
  }
  return comparison.result();
}

const noZones: CompareProblem = {
  message: 'there are no zones to compare',
  hint: 'name a configuration with -c FILE, or a zone with --zone NAME FILE',
};

/** Ask each over both transports, and give up at once where nobody is. */
async function findUnreachable(pair: ServerPair, zone: ZoneToCompare): Promise<CompareProblem | undefined> {
  const questioner = new PairQuestioner(pair, false);
  await questioner.askAnything(Buffer.from(zone.apex).toString('latin1'), zone.class);
  return problemOf(pair);
}

function problemOf({ first, second }: ServerPair): CompareProblem | undefined {
  for (const server of [first, second])
    if (server.problem !== undefined) return describeProblem(server, server.problem);
  return undefined;
}

function describeProblem({ option, text }: AskedServer, problem: string): CompareProblem {
  const hint = problem.includes('any more')
    ? 'it has stopped answering, or a firewall or a rate limit drops what is asked: see its log'
    : 'is the server running there? UDP and TCP of that port must both answer';
  return { message: `${option} ${text} does not answer ${problem}`, hint };
}

class Comparison {
  private readonly request: CompareRequest;
  private readonly pair: ServerPair;
  private readonly watch: CompareWatch;
  private readonly questioner: PairQuestioner;
  private readonly judge = new AnswerJudge();
  private readonly counts = emptyCounts();
  private readonly zones: ComparedZone[] = [];
  private readonly findings: Finding[] = [];
  private readonly unanswered: string[] = [];
  private readonly notes: string[] = [];
  private readonly startedAt = performance.now();

  constructor(request: CompareRequest, pair: ServerPair, watch: CompareWatch) {
    this.request = request;
    this.pair = pair;
    this.watch = watch;
    this.questioner = new PairQuestioner(pair, request.recursionDesired);
  }

  async compareZone(zone: ZoneToCompare): Promise<void> {
    const { pair } = this;
    const apex = Buffer.from(zone.apex).toString('latin1');
    const [first, second] = await Promise.all([
      askState(pair.first, apex, zone.class),
      askState(pair.second, apex, zone.class),
    ]);
    const compared = { name: zone.name, class: zone.class, first, second };
    if (!isServed(first) || !isServed(second)) {
      this.noteZone({ ...compared, namesFrom: undefined, names: 0, records: 0, questions: 0 });
      return;
    }
    const { names, from, notes } = await findNames(zone, pair, [first, second], (makeText) =>
      this.watch.noteNames?.(zone.name, makeText),
    );
    this.notes.push(...notes);
    let questions = 0;
    for (const _ of planQuestions(names, zone.class)) questions++;
    this.noteZone({ ...compared, namesFrom: from, names: names.size, records: names.records, questions });
    this.watch.startZone(zone.name, questions);
    const asked = planQuestions(names, zone.class);
    const context = { zone: zone.name, apexKey: names.apexKey, serialsDiffer: first.serial !== second.serial };
    await Promise.all(Array.from({ length: Math.min(inFlight, questions) }, () => this.work(asked, context)));
  }

  private noteZone(zone: ComparedZone): void {
    this.zones.push(zone);
    this.watch.noteZone(zone);
  }

  result(): Result<CompareResult, CompareProblem> {
    const { zones, counts, findings, unanswered, notes, pair } = this;
    if (!zones.some(({ first, second }) => isServed(first) || isServed(second))) {
      const [zone] = zones;
      const said = zone === undefined || isServed(zone.first) ? '' : ` (${zone.name}: ${zone.first.refusal})`;
      return err({
        message: `neither ${pair.first.text} nor ${pair.second.text} serves any of these zones${said}`,
        hint: 'are these the right servers, and may this host query them (allow-query, views)?',
      });
    }
    counts.retried = pair.first.retried + pair.second.retried;
    const isEachSame = zones.every(
      ({ first, second }) => isServed(first) && isServed(second) && first.serial === second.serial,
    );
    return ok({
      zones,
      counts,
      findings,
      unanswered,
      notes: [...notes, ...this.rateNotes()],
      seconds: (performance.now() - this.startedAt) / 1000,
      isSame: isEachSame && counts.different === 0 && counts.unanswered === 0,
    });
  }

  private async work(questions: ReturnType<typeof planQuestions>, context: ZoneContext): Promise<void> {
    for (let next = questions.next(); next.done !== true; next = questions.next()) {
      if (problemOf(this.pair) !== undefined) return;
      await this.compare(next.value, context);
      this.watch.step();
    }
  }

  private async compare(question: Parameters<PairQuestioner['ask']>[0], context: ZoneContext): Promise<void> {
    const { counts } = this;
    const { zone, apexKey, serialsDiffer } = context;
    const different: FoundAnswer[] = [];
    const silent = new Set<string>();
    counts.questions++;
    const judge = (first: Uint8Array, second: Uint8Array, overTcp: boolean) =>
      this.judge.judge(first, second, { apexKey, type: question.type, overTcp, serialsDiffer });
    await this.questioner.ask(question, judge, ({ way, first, second, verdict }) => {
      counts.answers++;
      if (verdict === undefined || first === undefined || second === undefined) {
        counts.unanswered++;
        if (first === undefined) silent.add(this.pair.first.text);
        if (second === undefined) silent.add(this.pair.second.text);
        return;
      }
      const { differences, harmless } = verdict;
      for (const kind of harmlessKinds(harmless)) counts.harmlessKinds[kind]++;
      for (const name of differences) counts.differenceNames[name]++;
      if (differences.length > 0) {
        counts.different++;
        different.push({ way, first, second, differences, harmless });
      } else if (harmless > 0) counts.harmless++;
      else counts.equal++;
    });
    if (silent.size > 0) this.noteUnanswered(question, [...silent]);
    if (different.length > 0) this.noteFinding({ zone, question, answers: different });
  }

  private noteFinding(finding: Finding): void {
    this.counts.differentQuestions++;
    if (this.findings.length >= this.request.limit) return;
    // The messages lie in larger buffers that came from the sockets.
    const answers = finding.answers.map((answer) => ({
      ...answer,
      first: Uint8Array.from(answer.first),
      second: Uint8Array.from(answer.second),
    }));
    this.findings.push({ ...finding, answers });
  }

  private noteUnanswered(question: Parameters<PairQuestioner['ask']>[0], servers: readonly string[]): void {
    this.counts.unansweredQuestions++;
    if (this.unanswered.length >= this.request.limit) return;
    this.unanswered.push(`${formatQuestion(question)}: no answer from ${servers.join(' and ')}`);
  }

  /** Many losses on a path that is short: a rate limit, mostly. */
  private rateNotes(): string[] {
    return [this.pair.first, this.pair.second].flatMap((server) => {
      const lost = server.lostOverUdp + this.questioner.truncatedBy(server);
      if (lost < rateLimitSuspicion || lost < server.answeredOverUdp / 100) return [];
      return [
        `${server.text} left ${lost} questions over UDP without an answer, or truncated without need, before they were answered or given up\n` +
          'hint: is a rate limit in force there? let this host out of it for the comparison: rate-limit { ... exempt-clients { ADDRESS; }; };',
      ];
    });
  }
}

const rateLimitSuspicion = 20;

interface ZoneContext {
  readonly zone: string;
  readonly apexKey: string;
  readonly serialsDiffer: boolean;
}

function emptyCounts(): CompareCounts {
  const zeros = <Name extends string>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  return {
    questions: 0,
    answers: 0,
    equal: 0,
    harmless: 0,
    different: 0,
    unanswered: 0,
    retried: 0,
    harmlessKinds: zeros(Object.keys(Harmless) as HarmlessKind[]),
    differenceNames: zeros<DifferenceName>(differenceNames),
    differentQuestions: 0,
    unansweredQuestions: 0,
  };
}
