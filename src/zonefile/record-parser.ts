/** Turns the tokens of an entry into a record (RFC 1035 §5.1): owner, head, data. */
import { octetAt } from '../base/octets.ts';
import { parseIpv4 } from '../rr/fields/address.ts';
import { parseRdata } from '../rr/rdata.ts';
import { Type } from '../wire/codes.ts';
import { formatName, isAtOrBelow, parseName } from '../wire/name.ts';
import { isDoubled, reportDoubled } from './doubled-origin.ts';
import { hintForName, nameProblem, ownerBefore } from './hints.ts';
import type { OpenedFile, ParseState } from './parse-state.ts';
import type { RecordHead } from './record-head.ts';
import { TokenCursor } from './token-cursor.ts';
import { quoteToken, tokenAt, tokenText } from './token-text.ts';

export class RecordParser {
  private readonly state: ParseState;
  private readonly file: OpenedFile;
  private readonly head: RecordHead;
  private readonly cursor: TokenCursor;

  constructor(state: ParseState, file: OpenedFile, head: RecordHead) {
    this.state = state;
    this.file = file;
    this.head = head;
    this.cursor = new TokenCursor(file.lexer, state.origin, (code, at, message, hint) =>
      state.report('error', code, file, at, message, hint),
    );
  }

  /** Parse the lexer's current entry, which has tokens; give its record to the sink or report what is wrong. */
  parse(): void {
    const { lexer } = this.file;
    const headIndex = lexer.hasLeadingBlank ? this.keepOwner() : this.parseOwner();
    if (headIndex < 0) {
      this.state.noteLost();
      return;
    }
    const typeIndex = this.head.parse(headIndex);
    const type = typeIndex < 0 ? -1 : this.head.parseType(typeIndex);
    if (type < 0 || !this.head.checkClass(typeIndex) || !this.parseData(type, typeIndex + 1)) {
      this.state.noteBroken(Math.max(0, type));
      return;
    }
    this.head.findTtl(typeIndex);
    if (this.state.isOwnerInZone) this.deliver(typeIndex);
  }

  /** Read the data from the token `dataIndex` on into the record; false where it or its owner is missing. */
  private parseData(type: number, dataIndex: number): boolean {
    const { record, hasOwner } = this.state;
    if (type === Type.a && hasOwner && this.parseAddress(dataIndex)) return true;
    this.cursor.origin = this.state.origin;
    this.cursor.moveTo(dataIndex);
    const rdataOctets = parseRdata(type, this.cursor, record.rdata, 0);
    if (rdataOctets < 0 || !hasOwner) return false;
    record.type = type;
    record.rdataOctets = rdataOctets;
    this.findDoubledNames(dataIndex);
    return true;
  }

  /** The commonest data straight: the one token of an A record. False leaves it to the type's row, and to that what is wrong. */
  private parseAddress(dataIndex: number): boolean {
    const { lexer } = this.file;
    const { record } = this.state;
    if (lexer.tokenCount !== dataIndex + 1) return false;
    const start = lexer.starts[dataIndex] as number;
    const end = lexer.ends[dataIndex] as number;
    if (!parseIpv4(lexer.octets, start, end, record.rdata, 0)) return false;
    record.type = Type.a;
    record.rdataOctets = 4;
    return true;
  }

  private deliver(typeIndex: number): void {
    const { state, file } = this;
    const { lexer } = file;
    const { record } = state;
    record.class = state.zoneClass;
    record.ttlSeconds = state.ttl.seconds;
    record.file = file.path;
    record.lexer = lexer;
    record.typeAt = lexer.starts[typeIndex] as number;
    record.ownerAt = lexer.hasLeadingBlank ? record.typeAt : (lexer.starts[0] as number);
    record.rdataAt = typeIndex + 1 < lexer.tokenCount ? tokenAt(lexer, typeIndex + 1) : record.typeAt;
    state.recordCount++;
    state.sink.addRecord(record);
  }

  /** The line begins with a blank: its owner is the one before. Returns the index of the next token. */
  private keepOwner(): number {
    const { state, file } = this;
    if (!state.hasOwner && !state.hasToldNoOwner) {
      state.hasToldNoOwner = true;
      const hint = 'begin the line with the owner, or with @ for the zone itself; a blank there means the owner before';
      state.report(
        'error',
        'ZF10',
        file,
        tokenAt(file.lexer, 0),
        'the line begins with a blank, and there is no owner before it',
        hint,
      );
    }
    if (state.isOriginNew && state.hasOwner) {
      const message = `the owner is ${ownerBefore(state)}, the one before, although $ORIGIN has changed`;
      const hint = `if the new origin ${formatName(state.origin)} is meant, begin the line with @`;
      state.report('warning', 'ZF38', file, tokenAt(file.lexer, 0), message, hint);
      state.isOriginNew = false;
    }
    return 0;
  }

  /** Read the owner; returns the index of the next token, or -1. */
  private parseOwner(): number {
    const { state, file } = this;
    const { lexer } = file;
    const { record } = state;
    const start = lexer.starts[0] as number;
    const end = lexer.ends[0] as number;
    const octets = parseName(lexer.octets, start, end, state.origin, record.owner, 0);
    if (octets < 0) {
      const message = `the owner ${quoteToken(lexer, 0)} is not a name: ${nameProblem(octets)}`;
      state.report('error', 'ZF09', file, tokenAt(lexer, 0), message, hintForName(octets));
      // What was before is gone; lines behind this one that begin with a blank mean the owner that can't be read.
      state.hasOwner = false;
      state.hasToldNoOwner = true;
      return -1;
    }
    record.ownerOctets = octets;
    state.hasOwner = true;
    state.isOriginNew = false;
    // Without a dot at its end the name is relative for sure, and in the zone if the origin is.
    const isRelative = octetAt(lexer.octets, end - 1) !== dot;
    state.isOwnerInZone = (isRelative && state.isOriginInZone) || isAtOrBelow(record.owner, 0, state.apex);
    if (!state.isOwnerInZone) this.reportOutOfZone();
    else if (isRelative && isDoubled(state, lexer, 0, record.owner, octets)) {
      reportDoubled(state, file, 0, tokenText(lexer, 0));
    }
    return 1;
  }

  /** Warn of names in the data that were meant to be absolute. */
  private findDoubledNames(firstIndex: number): void {
    const { state, file } = this;
    const { lexer } = file;
    const { rdata, rdataOctets } = state.record;
    if (!state.doubledOrigin.hasRoom(rdataOctets, state.origin)) return;
    for (let index = firstIndex; index < lexer.tokenCount; index++) {
      if (!isDoubled(state, lexer, index, rdata, rdataOctets)) continue;
      reportDoubled(state, file, index, tokenText(lexer, index));
    }
  }

  private reportOutOfZone(): void {
    const { state, file } = this;
    const message = `ignoring out-of-zone data (${ownerBefore(state)})`;
    const hint = `the zone is ${formatName(state.apex)}; a name that belongs to it ends in that, or has no final dot`;
    state.report('warning', 'ZF30', file, tokenAt(file.lexer, 0), message, hint);
  }
}

const dot = 0x2e;
