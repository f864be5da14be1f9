/**
 * The form of `.case` files: questions, and the answers that BIND, NSD and Knot agree on.
 *
 *     ;; ZONE example. wildcards.zone
 *
 *     ;; CASE the type that the wildcard has
 *     ;; SOURCE RFC 4592 §2.2.1
 *     ;; ASK host3.example. MX +rd
 *     ;; CHOOSE authority bind: why BIND's, where no two agree or the two are not what we want
 *     ;; WRITE answer: why it is what a person has written below, whatever the three say
 *     ;; ALSO additional knot: why Knot's is as good
 *     ;; FREE answer: why this part is not compared
 *     ;; HEADER NOERROR qr aa [bind nsd knot]
 *     ;; ANSWER [bind nsd knot]
 *     host3.example. 3600 IN MX 10 host1.example.
 *     ;; AUTHORITY [bind nsd; knot: nothing]
 *     example. 3600 IN NS ns.example.com.
 *     ;; AUTHORITY or [knot]
 *     ;; ADDITIONAL [bind nsd knot]
 *
 * A person writes the lines up to HEADER; agree.ts asks the servers and writes the rest. Lines that begin with a single
 * `;` are comments. After ASK's name and type may stand a class, +rd +cd +ad +tcp +edns +edns=OCTETS +do +opcode=N.
 */
export const partNames = ['header', 'answer', 'authority', 'additional'] as const;
export type PartName = (typeof partNames)[number];
export const judgeNames = ['bind', 'nsd', 'knot'] as const;
export type JudgeName = (typeof judgeNames)[number];

/** What a response has in each part: sorted record lines; the header as one line of RCODE and flags. */
export type Parts = Readonly<Record<PartName, readonly string[]>>;

export interface Variant {
  readonly lines: readonly string[];
  /** Who gives it, and how the others differ. */
  readonly by: string;
}

export interface Rule {
  readonly verb: 'CHOOSE' | 'WRITE' | 'ALSO' | 'FREE';
  readonly part: PartName;
  readonly judge: JudgeName | undefined;
  readonly reason: string;
}

export interface GoldenCase {
  /** Line of its CASE, 1-based. */
  readonly line: number;
  readonly title: string;
  readonly source: string;
  readonly ask: string;
  readonly comments: readonly string[];
  readonly rules: readonly Rule[];
  /** Variants of each part, any of which is right; none before agree.ts has run. */
  readonly expected: Readonly<Record<PartName, readonly Variant[]>>;
}

export interface CaseFile {
  /** Everything before the first case, as written. */
  readonly head: readonly string[];
  readonly zones: readonly { readonly name: string; readonly file: string }[];
  readonly cases: readonly GoldenCase[];
}

interface OpenCase {
  line: number;
  title: string;
  source: string;
  ask: string;
  comments: string[];
  rules: Rule[];
  expected: Record<PartName, { lines: string[]; by: string }[]>;
}

export function parseCaseFile(text: string): CaseFile {
  const head: string[] = [];
  const zones: { name: string; file: string }[] = [];
  const cases: OpenCase[] = [];
  let open: string[] | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const current = cases.at(-1);
    const [, word = '', rest = ''] = /^;; ([A-Z]+) ?(.*)$/.exec(line) ?? [];
    if (word === 'CASE') cases.push(startCase(index + 1, rest));
    else if (current === undefined) {
      head.push(line);
      if (word === 'ZONE') zones.push({ name: rest.split(' ')[0] as string, file: rest.split(' ')[1] as string });
    } else if (word !== '') open = readDirective(current, word, rest, index + 1);
    else if (line.startsWith(';')) current.comments.push(line);
    else if (line !== '') open?.push(line);
  }
  return { head, zones, cases };
}

function startCase(line: number, title: string): OpenCase {
  const expected = { header: [], answer: [], authority: [], additional: [] };
  return { line, title, source: '', ask: '', comments: [], rules: [], expected };
}

/** Take one `;;` line; returns where the record lines behind it go. */
function readDirective(current: OpenCase, word: string, rest: string, line: number): string[] | undefined {
  const part = word.toLowerCase();
  if (word === 'SOURCE') current.source = rest;
  else if (word === 'ASK') current.ask = rest;
  else if (word === 'CHOOSE' || word === 'WRITE' || word === 'ALSO' || word === 'FREE')
    current.rules.push(parseRule(word, rest, line));
  else if (isPartName(part)) {
    const [, value = '', by = ''] = /^(?:or )?(.*?) ?\[(.*)\]$/.exec(rest) ?? [undefined, rest];
    const variant = { lines: part === 'header' ? [value] : [], by };
    current.expected[part].push(variant);
    return variant.lines;
  } else throw new Error(`line ${line}: ${word} is no word of case files`);
  return undefined;
}

function parseRule(verb: Rule['verb'], text: string, line: number): Rule {
  const [, part = '', judge, reason = ''] = /^(\w+)(?: (\w+))?: (.+)$/.exec(text) ?? [];
  const known = judgeNames.find((name) => name === judge);
  if (!isPartName(part) || reason === '' || (verb === 'WRITE' || verb === 'FREE') !== (known === undefined)) {
    throw new Error(`line ${line}: ${verb} wants a part, a server (WRITE and FREE: none) and a reason`);
  }
  return { verb, part, judge: known, reason };
}

function isPartName(text: string): text is PartName {
  return (partNames as readonly string[]).includes(text);
}

export function formatCaseFile(file: CaseFile): string {
  const blocks = file.cases.map(formatCase);
  return `${[file.head.join('\n').trimEnd(), ...blocks].join('\n\n')}\n`;
}

function formatCase(golden: GoldenCase): string {
  const rules = golden.rules.map(
    ({ verb, part, judge, reason }) => `;; ${verb} ${part}${judge === undefined ? '' : ` ${judge}`}: ${reason}`,
  );
  const parts = partNames.flatMap((part) =>
    golden.expected[part].flatMap((variant, i) => formatVariant(part, variant, i)),
  );
  const head = [`;; CASE ${golden.title}`, ...golden.comments, `;; SOURCE ${golden.source}`, `;; ASK ${golden.ask}`];
  return [...head, ...rules, ...parts].join('\n');
}

function formatVariant(part: PartName, variant: Variant, index: number): string[] {
  const or = index === 0 ? '' : 'or ';
  const word = `;; ${part.toUpperCase()}`;
  if (part === 'header') return [`${word} ${or}${variant.lines[0]} [${variant.by}]`];
  return [`${word} ${or}[${variant.by}]`, ...variant.lines];
}
