/** What stands between owner and data: TTL and class, in any order or missing, then the type (RFC 1035 §5.1). */
import { octetAt } from '../base/octets.ts';
import { secondsValue } from '../rr/fields/number.ts';
import { classText, findClassCode, isMetaType, typeText } from '../rr/mnemonics.ts';
import { Type } from '../wire/codes.ts';
import { hintForTtl, hintForType } from './hints.ts';
import type { OpenedFile, ParseState } from './parse-state.ts';
import { quoteToken, tokenAt } from './token-text.ts';
import { limitTtl, TtlFinding } from './ttl-rules.ts';
import { TypeMemory } from './type-memory.ts';

export class RecordHead {
  private readonly state: ParseState;
  private readonly file: OpenedFile;
  /** What `parse` found: seconds or -1, a class or -1. */
  private ttlSeconds = -1;
  private class = -1;
  private readonly types = new TypeMemory();

  constructor(state: ParseState, file: OpenedFile) {
    this.state = state;
    this.file = file;
  }

  /** Read TTL and class from the token `index` on; returns the index of the type, or -1. */
  parse(index: number): number {
    const { lexer } = this.file;
    this.ttlSeconds = -1;
    this.class = -1;
    for (; index < lexer.tokenCount; index++) {
      const start = lexer.starts[index] as number;
      const end = lexer.ends[index] as number;
      if (lexer.quoted[index] === 1) return index;
      if (isDigit(octetAt(lexer.octets, start)) && this.ttlSeconds < 0) {
        if (!this.parseTtl(index, start, end)) return -1;
        continue;
      }
      if (this.class >= 0) return index;
      this.class = findClassCode(lexer.octets, start, end);
      if (this.class < 0) return index;
    }
    const hint =
      'a record is: owner, TTL and class (both may be missing), type, data; for example www 300 IN A 192.0.2.1';
    this.state.report('error', 'ZF08', this.file, tokenAt(lexer, index), 'the record ends before its type', hint);
    return -1;
  }

  private parseTtl(index: number, start: number, end: number): boolean {
    const { state, file } = this;
    const { lexer } = file;
    const seconds = secondsValue(lexer.octets, start, end);
    if (seconds < 0) {
      const hint = hintForTtl(lexer, index);
      state.report('error', 'ZF12', file, start, `${quoteToken(lexer, index)} is neither a TTL nor a type`, hint);
      return false;
    }
    this.ttlSeconds = limitTtl(seconds);
    if (this.ttlSeconds !== seconds) {
      const hint = 'write at most 2147483647; a day is 86400';
      state.report(
        'warning',
        'ZF34',
        file,
        start,
        `the TTL ${seconds} is too large and taken as 0 (RFC 2181, section 8)`,
        hint,
      );
    }
    state.ttl.setExplicit(this.ttlSeconds);
    return true;
  }

  /** The type that the token `index` names; -1 after a report. */
  parseType(index: number): number {
    const { state, file } = this;
    const { lexer } = file;
    const start = lexer.starts[index] as number;
    const type = lexer.quoted[index] === 1 ? -1 : this.types.find(lexer.octets, start, lexer.ends[index] as number);
    if (type < 0) {
      const message = `unknown record type ${quoteToken(lexer, index)}`;
      state.report(
        'error',
        'ZF07',
        file,
        tokenAt(lexer, index),
        message,
        hintForType(state, lexer, index, this.class >= 0),
      );
      return -1;
    }
    if (isMetaType(type)) {
      const hint = 'it stands in questions and messages only; remove the line';
      state.report('error', 'ZF19', file, start, `${typeText(type)} is not a type that a zone can hold`, hint);
      return -1;
    }
    if (type === Type.md || type === Type.mf) {
      // RFC 1035 §3.3.4, §3.3.5: to be rejected, or converted to MX. BIND rejects them.
      state.report(
        'error',
        'ZF19',
        file,
        start,
        `the type ${typeText(type)} is obsolete`,
        'write an MX record: MX 10 host (RFC 973)',
      );
      return -1;
    }
    return type;
  }

  /** Whether the class, if any was given, is the zone's; reports where not. */
  checkClass(typeIndex: number): boolean {
    const { state, file } = this;
    if (this.class < 0 || this.class === state.zoneClass) return true;
    let index = typeIndex - 1;
    if (findClassCode(file.lexer.octets, file.lexer.starts[index] as number, file.lexer.ends[index] as number) < 0)
      index--;
    const message = `the class ${classText(this.class)} is not the zone's, which is ${classText(state.zoneClass)}`;
    state.report(
      'error',
      'ZF11',
      file,
      tokenAt(file.lexer, index),
      message,
      `write ${classText(state.zoneClass)}, or nothing`,
    );
    return false;
  }

  /** Leave the record's TTL in `state.ttl.seconds`. */
  findTtl(typeIndex: number): void {
    const { ttl, record } = this.state;
    if (this.ttlSeconds >= 0) {
      ttl.seconds = this.ttlSeconds;
      return;
    }
    const finding = ttl.findImplicit(record.type, record.rdata, record.rdataOctets);
    if (finding !== TtlFinding.plain) this.reportTtl(finding, typeIndex);
  }

  private reportTtl(finding: TtlFinding, typeIndex: number): void {
    const { state, file } = this;
    const at = tokenAt(file.lexer, typeIndex);
    const hint = 'write $TTL and a time as the first line of the file, for example $TTL 3600';
    if (finding === TtlFinding.unknown) {
      state.report('error', 'ZF13', file, at, 'no TTL: the record has none, and there is no $TTL above', hint);
    } else if (finding === TtlFinding.soaMinimum) {
      state.report(
        'warning',
        'ZF31',
        file,
        at,
        `no TTL specified; using the SOA's MINIMUM ${state.ttl.seconds} instead`,
        hint,
      );
    } else {
      const message = `no TTL and no $TTL above; using ${state.ttl.seconds}, that of the record before (RFC 1035)`;
      state.report('warning', 'ZF36', file, at, message, hint);
    }
  }
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}
