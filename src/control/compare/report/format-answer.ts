/** Answers in dig's form, and two of them as one difference. */
import { classText } from '../../../rr/class-text.ts';
import { formatRdata } from '../../../rr/rdata.ts';
import { typeText } from '../../../rr/type-names.ts';
import { Flag } from '../../../wire/codes.ts';
import { formatName } from '../../../wire/name.ts';
import { rcodeText } from '../../../wire/rcode-text.ts';
import { type AnswerMessage, type AnswerRecord, MessageDecoder } from '../answers/decode-message.ts';
import { withoutSameLines } from './shorten.ts';

const decoder = new MessageDecoder();

/** `www.example.com. A`; the class where it isn't IN. */
export function formatQuestion({ name, type, class: c }: { name: string; type: number; class: number }): string {
  return `${nameText(name)} ${c === 1 ? '' : `${classText(c)} `}${typeText(type)}`;
}

/** Lines that begin with a blank where both messages have them, with `-` and `+` where only the first or the second has. */
export function diffAnswers(first: Uint8Array, second: Uint8Array): string[] {
  const a = readAnswer(first);
  const b = readAnswer(second);
  return a.flatMap((section, index) => {
    const lines = diffSection(section, b[index] as ShownSection);
    const shown = withoutSameLines(lines);
    return section.title === '' || shown.length === 0 ? shown : [` ${section.title}`, ...shown];
  });
}

interface ShownSection {
  readonly title: string;
  readonly lines: readonly ShownLine[];
}

interface ShownLine {
  readonly text: string;
  /** Lines with the same key say the same; the text may differ in case. */
  readonly key: string;
}

function readAnswer(octets: Uint8Array): ShownSection[] {
  const message = decoder.decode(octets);
  if ('problem' in message) {
    const text = `;; malformed message of ${octets.length} octets: ${message.problem}`;
    return ['', ...sectionTitles].map((title, i) => ({ title, lines: i === 0 ? [{ text, key: text }] : [] }));
  }
  return [
    { title: '', lines: headerLines(message).map((text) => ({ text, key: text })) },
    ...[message.answer, message.authority, message.additional].map((records, i) => ({
      title: sectionTitles[i] as string,
      lines: records.map(recordLine),
    })),
  ];
}

const sectionTitles = [';; ANSWER SECTION:', ';; AUTHORITY SECTION:', ';; ADDITIONAL SECTION:'] as const;

/** As dig writes them, without the id and the counts, which say nothing more. */
function headerLines({ flags, rcode, edns }: AnswerMessage): string[] {
  const opcode = ['QUERY', 'IQUERY', 'STATUS', '3', 'NOTIFY', 'UPDATE'][(flags >> 11) & 15] ?? (flags >> 11) & 15;
  const lines = [
    `;; ->>HEADER<<- opcode: ${opcode}, status: ${rcodeText(rcode)}`,
    `;; flags: ${flagNames.flatMap((name) => ((flags & Flag[name]) === 0 ? [] : [name])).join(' ')}`,
  ];
  if (edns === undefined) return lines;
  const options = edns.options.map(({ code, data }) => `; OPT=${code}: ${Buffer.from(data).toString('hex')}`);
  const text = `; EDNS: version: ${edns.version}, flags:${edns.dnssecOk ? ' do' : ''}; udp: ${edns.udpOctets}`;
  return [...lines, text, ...options];
}

const flagNames = ['qr', 'aa', 'tc', 'rd', 'ra', 'ad', 'cd'] as const;

function recordLine({ owner, ownerKey, type, class: c, ttlSeconds, rdata, rdataKey }: AnswerRecord): ShownLine {
  const octets = Buffer.from(rdata, 'latin1');
  const data = formatRdata(type, octets, 0, octets.length);
  const text = `${nameText(owner)}\t${ttlSeconds}\t${classText(c)}\t${typeText(type)}\t${data}`;
  return { text, key: `${ownerKey} ${type} ${c} ${rdataKey} ${ttlSeconds}` };
}

/** Both sorted: the order of records makes no difference. What was goes before what is, as in `diff`. */
function diffSection(first: ShownSection, second: ShownSection): string[] {
  if (first.title === '') return diffHeader(first.lines, second.lines);
  const a = first.lines.toSorted(byKey);
  const b = second.lines.toSorted(byKey);
  const lines: string[] = [];
  let added: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    const order = left === undefined ? 1 : right === undefined ? -1 : byKey(left, right);
    if (order > 0) added.push(`+${right?.text}`);
    else if (order < 0) lines.push(`-${left?.text}`);
    else {
      lines.push(...added, ` ${left?.text}`);
      added = [];
    }
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return [...lines, ...added];
}

function diffHeader(a: readonly ShownLine[], b: readonly ShownLine[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i]?.text;
    const right = b[i]?.text;
    if (left === right) lines.push(` ${left}`);
    else lines.push(...(left === undefined ? [] : [`-${left}`]), ...(right === undefined ? [] : [`+${right}`]));
  }
  return lines;
}

function byKey({ key: a }: ShownLine, { key: b }: ShownLine): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function nameText(name: string): string {
  return formatName(Buffer.from(name, 'latin1'), 0);
}
