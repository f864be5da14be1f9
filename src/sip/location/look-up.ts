/** One look-up, its aliases followed: as many questions as that takes. */
import { maxAliasSteps } from '../../base/limits.ts';
import { Rcode } from '../../wire/codes.ts';
import { rcodeText } from '../../wire/rcode-text.ts';
import type { TruncationHabit } from '../profiles/profile.ts';
import {
  type AliasRecord,
  type DnsAnswer,
  type DnsQuestion,
  type DnsRecord,
  emptyAnswer,
  isOfType,
  isSameName,
  type QuestionType,
} from './dns-answer.ts';

/** A step that asks, and is given the answer. */
export type Asking<T> = Generator<DnsQuestion, T, DnsAnswer>;

/** `problem` is for what should not be: the rest of the location goes on as if there were no records. */
export type LookUpFinding = 'records' | 'no data' | 'name error' | 'problem';

/** One line of the chain. */
export interface LookUpStep {
  readonly question: DnsQuestion;
  readonly finding: LookUpFinding;
  /** Of finding `problem`: what, in words. */
  readonly problem: string | undefined;
  readonly aliases: readonly AliasRecord[];
  readonly records: readonly DnsRecord[];
  readonly answer: DnsAnswer;
  /** Not asked: the records came beside the answer to another question. */
  readonly isAdditional: boolean;
}

export function* lookUp(
  name: string,
  type: QuestionType,
  decides: boolean,
  habit: TruncationHabit,
): Asking<LookUpStep> {
  const question = { name, type, decides };
  const aliases: AliasRecord[] = [];
  let asked = name;
  for (;;) {
    const answer = yield { name: asked, type, decides };
    const step = (finding: LookUpFinding, records: readonly DnsRecord[] = [], problem?: string): LookUpStep => ({
      question,
      finding,
      problem,
      aliases,
      records,
      answer,
      isAdditional: false,
    });
    const problem = problemOf(answer, habit);
    if (problem !== undefined) return step('problem', [], problem);
    const end = followAliases(answer, asked, aliases);
    if (end === undefined) return step('problem', [], `a loop of aliases, or more than ${maxAliasSteps} of them`);
    const records = recordsAt(answer, end, type);
    if (records.length > 0) return step('records', records);
    if (answer.rcode === Rcode.nxDomain) return step('name error');
    // The server has told where the alias leads, and not what is there: it is another zone's.
    if (!isSameName(end, asked)) {
      asked = end;
      continue;
    }
    return answer.referral === undefined
      ? step('no data')
      : step('problem', [], `the server only names the servers of ${answer.referral}: ask one of them, or a resolver`);
  }
}

/** A step for records that came in the additional section of another answer; `undefined` where none did. */
export function lookUpBeside(name: string, type: 'A' | 'AAAA', beside: DnsAnswer): LookUpStep | undefined {
  const records = beside.additionals.filter((record) => record.type === type && isSameName(record.owner, name));
  if (records.length === 0) return undefined;
  const question = { name, type, decides: false };
  return {
    question,
    finding: 'records',
    problem: undefined,
    aliases: [],
    records,
    answer: emptyAnswer,
    isAdditional: true,
  };
}

function problemOf(answer: DnsAnswer, habit: TruncationHabit): string | undefined {
  if (answer.failure !== undefined) return answer.failure;
  if (answer.truncated && habit === 'discard')
    return 'the answer is truncated (TC), and this client throws such answers away';
  if (answer.rcode === Rcode.refused) return 'REFUSED: the server does not answer for this name';
  if (answer.rcode !== Rcode.noError && answer.rcode !== Rcode.nxDomain) return rcodeText(answer.rcode);
  return undefined;
}

/** Where the aliases in this answer lead from `name`; they are added to `aliases`. `undefined` where that does not end. */
function followAliases(answer: DnsAnswer, name: string, aliases: AliasRecord[]): string | undefined {
  const known = answer.answers.filter(isOfType('CNAME'));
  let at = name;
  for (;;) {
    const alias = known.find(({ owner }) => isSameName(owner, at));
    if (alias === undefined) return at;
    if (aliases.length >= maxAliasSteps || aliases.some(({ owner }) => isSameName(owner, alias.owner)))
      return undefined;
    aliases.push(alias);
    at = alias.target;
  }
}

function recordsAt(answer: DnsAnswer, name: string, type: QuestionType): DnsRecord[] {
  return answer.answers.filter((record) => record.type === type && isSameName(record.owner, name));
}
