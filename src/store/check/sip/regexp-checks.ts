/** Whether the regexps of NAPTR records compile, and match the number or name at which they stand. */
import { nameText, type WireName } from '../../../wire/name.ts';
import type { CheckContext } from '../check-context.ts';
import { SipProblem } from './codes.ts';
import { numberPatternOf, readEnumOwner } from './enum-owner.ts';
import { type NaptrRecord, naptrPlace } from './naptr-record.ts';
import type { KnownService } from './naptr-service.ts';
import { type ParsedEre, parseEre } from './regexp/ere.ts';
import { EreProgram, type InputOctet } from './regexp/ere-program.ts';
import { type Substitution, schemeOf, splitSubstitution } from './regexp/substitution.ts';

/** Patterns that are kept: records of a range have a few between them. */
const mostKept = 1_000;
/** So many records are tried against their names; a zone with more was written by a program, which errs alike in all. */
const mostTried = 20_000;
/** And so much work is spent on it, in steps of programs: a few patterns may be as large as they can be. */
const mostWork = 3_000_000;

interface CompiledPattern extends ParsedEre {
  /** `undefined` where it can't be tried: it has a fault or a doubt, or is too large. */
  readonly program: EreProgram | undefined;
}

export class RegexpCheck {
  private readonly context: CheckContext;
  private readonly compiled = new Map<string, CompiledPattern>();
  private tried = 0;
  private work = 0;

  constructor(context: CheckContext) {
    this.context = context;
  }

  /** Check a record that has a regexp and no replacement. */
  check(owner: WireName, record: NaptrRecord, service: KnownService | undefined): void {
    const substitution = splitSubstitution(record.regexp);
    // The reader of the file, or of the message, has seen that it is whole.
    if (substitution === undefined) return;
    const pattern = this.compile(substitution);
    if (pattern.fault !== undefined) this.reportFault(owner, record, substitution, pattern.fault);
    else if (pattern.doubts.length > 0) this.reportDoubts(owner, record, substitution, pattern.doubts);
    if (record.flags !== 'u' || service === undefined) return;
    this.checkScheme(owner, record, substitution, service);
    if (pattern.program === undefined || this.tried >= mostTried || this.work >= mostWork) return;
    this.tried++;
    this.work += pattern.program.stepCount;
    if (service.family === 'enum') this.tryNumber(owner, record, substitution, pattern.program);
    else this.tryName(owner, record, substitution, pattern.program);
  }

  private compile({ pattern, ignoresCase }: Substitution): CompiledPattern {
    const key = `${ignoresCase ? 'i' : '-'}${pattern}`;
    const kept = this.compiled.get(key);
    if (kept !== undefined) return kept;
    const parsed = parseEre(pattern);
    const mayTry = parsed.ere !== undefined && parsed.doubts.length === 0;
    const made = { ...parsed, program: mayTry ? EreProgram.from(parsed.ere, ignoresCase) : undefined };
    if (this.compiled.size >= mostKept) this.compiled.clear();
    this.compiled.set(key, made);
    return made;
  }

  /** RFC 6116: the number is written with its plus sign. At a wildcard some number below it must match. */
  private tryNumber(owner: WireName, record: NaptrRecord, { pattern }: Substitution, program: EreProgram): void {
    const number = readEnumOwner(owner);
    if (number === undefined || numberPatternOf(number).some((input) => program.matches(input))) return;
    const what = number.isWildcard ? `any number that begins with +${number.digits}` : `+${number.digits}`;
    this.report(
      owner,
      record,
      `the regexp ${pattern} does not match ${what}, for which ${nameText(owner)} stands: callers find nothing`,
      number.isWildcard || pattern.includes('+')
        ? 'it is tried on the whole number, from its plus sign on; "^.*$" matches every one'
        : 'the number begins with a plus sign: match it with "^.*$", or write it in the file as "\\\\+"',
    );
  }

  /** RFC 4848: these are tried on the domain's name. */
  private tryName(owner: WireName, record: NaptrRecord, { pattern }: Substitution, program: EreProgram): void {
    const name = nameText(owner);
    if (program.matches(inputOf(name)) || program.matches(inputOf(`${name}.`))) return;
    this.report(
      owner,
      record,
      `the regexp ${pattern} does not match ${name}, on which clients try it`,
      'use ".*" as the pattern: the URI does not depend on the name',
    );
  }

  private checkScheme(
    owner: WireName,
    record: NaptrRecord,
    { replacement }: Substitution,
    service: KnownService,
  ): void {
    const scheme = schemeOf(replacement);
    const wantsSip = /^e2u\+sip$/i.test(service.text);
    if (scheme === undefined || (scheme !== '' && (!wantsSip || scheme === 'sip' || scheme === 'sips'))) return;
    this.report(
      owner,
      record,
      scheme === ''
        ? `the regexp of ${service.text} makes no URI: "${replacement}"`
        : `the regexp of ${service.text} makes a ${scheme} URI: "${replacement}"`,
      wantsSip ? 'begin it with "sip:" or "sips:" (RFC 3764)' : 'a URI begins with its scheme, as "https:"',
    );
  }

  private report(owner: WireName, record: NaptrRecord, message: string, hint: string): void {
    const { zone, list } = this.context;
    list.add(SipProblem.regexpNoMatch, naptrPlace(zone.reader.octets, owner, record), message, hint);
  }

  private reportFault(owner: WireName, record: NaptrRecord, { pattern }: Substitution, fault: string): void {
    const { zone, list } = this.context;
    list.add(
      SipProblem.regexpRefused,
      naptrPlace(zone.reader.octets, owner, record),
      `the pattern ${pattern} is no POSIX extended regular expression: ${fault}`,
      'in quotes a backslash is written twice: a plus sign is "\\\\+", a group\'s content "\\\\1"',
    );
  }

  private reportDoubts(
    owner: WireName,
    record: NaptrRecord,
    { pattern }: Substitution,
    doubts: readonly string[],
  ): void {
    const { zone, list } = this.context;
    list.add(
      SipProblem.regexpDoubtful,
      naptrPlace(zone.reader.octets, owner, record),
      `the pattern ${pattern} means something else to each reader: ${doubts.join(', ')}`,
      'write it in POSIX extended regular expressions (RFC 3402 §3.2), for example "^\\\\+44([0-9]+)$"',
    );
  }
}

function inputOf(text: string): InputOctet[] {
  return [...text].map((character) => [character.charCodeAt(0)]);
}
