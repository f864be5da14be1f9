/** `$GENERATE range owner [ttl] [class] type data`: a series of records from a template, as in BIND. */
import { maxGenerateSteps, maxRdataOctets } from '../base/limits.ts';
import { parseRdata } from '../rr/rdata.ts';
import { formatName, isAtOrBelow, NameError, parseName } from '../wire/name.ts';
import { isDoubled, reportDoubled } from './doubled-origin.ts';
import { EntryLexer } from './entry-lexer.ts';
import { expandTemplate, parseTemplate, type Template } from './generate-template.ts';
import { hintForName, nameProblem } from './hints.ts';
import type { OpenedFile, ParseState } from './parse-state.ts';
import type { RecordHead } from './record-head.ts';
import { TokenCursor } from './token-cursor.ts';
import { quoteToken, tokenAt, tokenText } from './token-text.ts';

interface Series {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly owner: Template;
  readonly data: Template;
  readonly type: number;
  readonly dataIndex: number;
}

export class Generator {
  private readonly state: ParseState;
  private readonly file: OpenedFile;
  private readonly head: RecordHead;
  private readonly lexer = new EntryLexer(1024);
  private readonly cursor: TokenCursor;
  private readonly text = new Uint8Array(maxExpandedOctets);
  /** What the data of the current step reads, and where problems in it are shown. */
  private dataOctets = 0;
  private dataIndex = 0;

  constructor(state: ParseState, file: OpenedFile, head: RecordHead) {
    this.state = state;
    this.file = file;
    this.head = head;
    this.cursor = new TokenCursor(this.lexer, state.origin, (code, _at, message, hint) => {
      const made = `${message} (made from the template: ${decoder.decode(this.text.subarray(0, this.dataOctets))})`;
      state.report('error', code, file, tokenAt(file.lexer, this.dataIndex), made, hint);
    });
  }

  /** Make the records that the lexer's current entry asks for. After a problem the rest of the series is left out. */
  run(): void {
    const series = this.parseSeries();
    if (series === undefined) return;
    const { record } = this.state;
    this.dataIndex = series.dataIndex;
    record.type = series.type;
    record.class = this.state.zoneClass;
    record.file = this.file.path;
    record.lexer = this.file.lexer;
    record.ownerAt = tokenAt(this.file.lexer, 0);
    record.typeAt = tokenAt(this.file.lexer, series.dataIndex - 1);
    record.rdataAt = tokenAt(this.file.lexer, series.dataIndex);
    const owner = this.state.saveOwner();
    this.makeRecords(series);
    // A line without an owner behind this one means the owner before it, as in BIND.
    this.state.restoreOwner(owner);
  }

  private makeRecords(series: Series): void {
    const { record } = this.state;
    for (let number = series.first; number <= series.last; number += series.step) {
      if (!this.makeOwner(series, number) || !this.makeData(series, number)) return;
      if (number === series.first) {
        this.head.findTtl(series.dataIndex - 1);
        this.findDoubledData();
      }
      if (!this.state.isOwnerInZone) continue;
      record.ttlSeconds = this.state.ttl.seconds;
      this.state.recordCount++;
      this.state.sink.addRecord(record);
    }
  }

  private parseSeries(): Series | undefined {
    const { lexer } = this.file;
    if (lexer.tokenCount < 5) return this.fail('ZF15', lexer.tokenCount, '$GENERATE ends too early', usage);
    const range = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(tokenText(lexer, 1));
    if (range === null) return this.fail('ZF18', 1, `${quoteToken(lexer, 1)} is not a range`, rangeUsage);
    const first = Number(range[1]);
    const last = Number(range[2]);
    const step = Number(range[3] ?? 1);
    const problem = rangeProblem(first, last, step);
    if (problem !== undefined) return this.fail('ZF18', 1, `${quoteToken(lexer, 1)} ${problem}`, usage);
    const typeIndex = this.head.parse(3);
    const type = typeIndex < 0 ? -1 : this.head.parseType(typeIndex);
    if (type < 0 || !this.head.checkClass(typeIndex)) return undefined;
    const dataIndex = typeIndex + 1;
    if (dataIndex >= lexer.tokenCount) return this.fail('ZF15', dataIndex, '$GENERATE ends before its data', usage);
    if (dataIndex + 1 < lexer.tokenCount) {
      const hint = 'put data of several fields into quotes, as in $GENERATE 1-3 mail MX "10 mail$"';
      return this.fail('ZF15', dataIndex + 1, `${quoteToken(lexer, dataIndex + 1)} is more than $GENERATE takes`, hint);
    }
    const owner = this.parseTemplateAt(2, last);
    const data = this.parseTemplateAt(dataIndex, last);
    return owner && data && { first, last, step, owner, data, type, dataIndex };
  }

  private parseTemplateAt(index: number, last: number): Template | undefined {
    const { lexer } = this.file;
    const text = lexer.octets.slice(lexer.starts[index], lexer.ends[index]);
    const template = parseTemplate(lexer.quoted[index] === 1 ? withoutQuoteEscapes(text) : text);
    if (typeof template === 'string') return this.fail('ZF18', index, template, `as in host\${0,3,d}`);
    if (template.some((part) => part.kind === 'number' && last + part.offset > maxNumber)) {
      return this.fail('ZF18', index, `the numbers pass ${maxNumber}`, usage);
    }
    return template;
  }

  private makeOwner(series: Series, number: number): boolean {
    const { state, file, text } = this;
    const { record } = state;
    const length = expandTemplate(series.owner, number, text);
    const octets = length < 0 ? NameError.nameTooLong : parseName(text, 0, length, state.origin, record.owner, 0);
    if (octets < 0) {
      const made = decoder.decode(text.subarray(0, Math.max(0, length)));
      const message = `the owner "${made}" made from the template is not a name: ${nameProblem(octets)}`;
      this.fail('ZF09', 2, message, hintForName(octets));
      return false;
    }
    record.ownerOctets = octets;
    state.isOwnerInZone = isAtOrBelow(record.owner, 0, state.apex);
    if (!state.isOwnerInZone && number === series.first) {
      const message = `ignoring out-of-zone data (${formatName(record.owner)} and its like)`;
      state.report('warning', 'ZF30', file, tokenAt(file.lexer, 2), message, `the zone is ${formatName(state.apex)}`);
    }
    if (number === series.first) this.findDoubledOwner(length);
    return true;
  }

  private findDoubledOwner(length: number): void {
    const { state, file, text, lexer } = this;
    const { owner, ownerOctets } = state.record;
    lexer.startWith(text, length);
    if (!lexer.readEntry() || !isDoubled(state, lexer, 0, owner, ownerOctets)) return;
    reportDoubled(state, file, 2, tokenText(lexer, 0));
  }

  private findDoubledData(): void {
    const { state, file, lexer } = this;
    const { rdata, rdataOctets } = state.record;
    for (let index = 0; index < lexer.tokenCount; index++) {
      if (isDoubled(state, lexer, index, rdata, rdataOctets)) {
        reportDoubled(state, file, this.dataIndex, tokenText(lexer, index));
      }
    }
  }

  private makeData(series: Series, number: number): boolean {
    const { state, cursor, lexer, text } = this;
    const length = expandTemplate(series.data, number, text);
    if (length < 0) {
      this.fail('ZF18', series.dataIndex, `the data is over ${maxExpandedOctets} octets`, usage);
      return false;
    }
    this.dataOctets = length;
    lexer.startWith(text, length);
    lexer.readEntry();
    if (lexer.problems.length > 0 || lexer.entryEnd < length) {
      const made = decoder.decode(text.subarray(0, length));
      this.fail(
        'ZF18',
        series.dataIndex,
        `quotes or parentheses don't match in the data made from the template: ${made}`,
        'the data is read a second time without the quotes around it; write \\" for each quote that shall stay',
      );
      return false;
    }
    cursor.origin = state.origin;
    cursor.moveTo(0);
    state.record.rdataOctets = parseRdata(series.type, cursor, state.record.rdata, 0);
    return state.record.rdataOctets >= 0;
  }

  private fail(code: 'ZF09' | 'ZF15' | 'ZF18', index: number, message: string, hint: string | undefined): undefined {
    this.state.report('error', code, this.file, tokenAt(this.file.lexer, index), message, hint);
    return undefined;
  }
}

function rangeProblem(first: number, last: number, step: number): string | undefined {
  if (last > maxNumber) return `passes ${maxNumber}`;
  if (last < first) return 'ends before it begins';
  if (step < 1) return 'has a step of 0';
  const count = Math.floor((last - first) / step) + 1;
  return count > maxGenerateSteps ? `makes ${count} records, over the limit of ${maxGenerateSteps}` : undefined;
}

/** In quotes `\\"` is a quote; the text is cut into tokens a second time, without the quotes around it. */
function withoutQuoteEscapes(text: Uint8Array): Uint8Array {
  return text.filter((octet, index) => octet !== backslash || text[index + 1] !== quote);
}

/** C's int, in which BIND counts. */
const maxNumber = 2_147_483_647;
/** What one template may become: as much as the largest RDATA in hexadecimal. */
const maxExpandedOctets = 2 * maxRdataOctets;
const rangeUsage = 'a range is first-last or first-last/step, as in 1-100';
const usage = 'write $GENERATE first-last owner type data, as in $GENERATE 1-9 phone$ A 192.0.2.$';
const backslash = 0x5c;
const quote = 0x22;
const decoder = new TextDecoder();
