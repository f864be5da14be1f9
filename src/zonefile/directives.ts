/** The lines that begin with `$` (RFC 1035 §5.1, RFC 2308 §4). As in BIND their names may be in any case. */
import { dirname, isAbsolute, join } from 'node:path';
import { maxNameOctets } from '../base/limits.ts';
import { secondsValue } from '../rr/fields/number.ts';
import { asWireName, parseName, type WireName } from '../wire/name.ts';
import { Generator } from './generate.ts';
import { hintForName, nameProblem } from './hints.ts';
import type { OpenedFile, ParseState } from './parse-state.ts';
import type { RecordHead } from './record-head.ts';
import { quoteToken, tokenAt, tokenText } from './token-text.ts';
import { limitTtl } from './ttl-rules.ts';

/** Read the file at `path`; `at` is where its name stands in the including one. */
export type IncludeFile = (path: string, at: number) => void;

export class DirectiveParser {
  private readonly state: ParseState;
  private readonly file: OpenedFile;
  private readonly head: RecordHead;
  private readonly includeFile: IncludeFile;
  /** Made when it is needed: its buffers are large, and most files have no `$GENERATE`. */
  private generator: Generator | undefined;

  constructor(state: ParseState, file: OpenedFile, head: RecordHead, includeFile: IncludeFile) {
    this.state = state;
    this.file = file;
    this.head = head;
    this.includeFile = includeFile;
  }

  /** Do what the lexer's current entry says, whose first token begins with `$`. */
  parse(): void {
    const name = tokenText(this.file.lexer, 0).toUpperCase();
    if (name === '$ORIGIN') this.parseOrigin();
    else if (name === '$TTL') this.parseTtl();
    else if (name === '$INCLUDE') this.parseInclude();
    else if (name === '$GENERATE') this.generate();
    else this.fail('ZF14', 0, `unknown directive ${quoteToken(this.file.lexer, 0)}`, hintForDirective(name));
  }

  private generate(): void {
    this.generator ??= new Generator(this.state, this.file, this.head);
    const { errors } = this.state.reporter;
    this.generator.run();
    if (this.state.reporter.errors > errors) this.state.noteLost();
  }

  private parseOrigin(): void {
    if (!this.hasArguments(1, 1, 'write $ORIGIN and a name, as in $ORIGIN example.com.')) return;
    const origin = this.parseNameAt(1);
    if (origin === undefined) return;
    this.state.setOrigin(origin);
    this.state.isOriginNew = true;
  }

  private parseTtl(): void {
    if (!this.hasArguments(1, 1, ttlUsage)) return;
    const { lexer } = this.file;
    const start = lexer.starts[1] as number;
    const seconds = secondsValue(lexer.octets, start, lexer.ends[1] as number);
    if (seconds < 0) {
      this.fail('ZF12', 1, `${quoteToken(lexer, 1)} is not a TTL`, ttlUsage);
      return;
    }
    this.state.ttl.defaultSeconds = limitTtl(seconds);
    if (limitTtl(seconds) === seconds) return;
    const message = `the TTL ${seconds} is too large and taken as 0 (RFC 2181, section 8)`;
    this.state.report('warning', 'ZF34', this.file, start, message, 'write at most 2147483647; a day is 86400');
  }

  private parseInclude(): void {
    if (!this.hasArguments(1, 2, includeUsage)) return;
    const { state, file } = this;
    const { lexer } = file;
    const origin = lexer.tokenCount > 2 ? this.parseNameAt(2) : state.origin;
    if (origin === undefined) return;
    const name = tokenText(lexer, 1);
    const path = isAbsolute(name) ? name : join(dirname(file.path), name);
    const before = { origin: state.origin, ttl: state.ttl.defaultSeconds, owner: state.saveOwner() };
    state.setOrigin(origin);
    state.isOriginNew = origin !== before.origin;
    this.includeFile(path, tokenAt(lexer, 1));
    state.setOrigin(before.origin);
    state.restoreOwner(before.owner);
    state.isOriginNew = false;
    if (before.ttl < 0 || state.ttl.defaultSeconds === before.ttl) return;
    // RFC 1035 restores the origin only; BIND leaves the TTL of the included file in force, and so do we.
    const message = `the $TTL ${state.ttl.defaultSeconds} of ${path} stays in force behind $INCLUDE, as in BIND`;
    const hint = `write $TTL ${before.ttl} behind $INCLUDE if that is meant`;
    state.report('warning', 'ZF37', file, tokenAt(lexer, 1), message, hint);
  }

  private hasArguments(least: number, most: number, hint: string): boolean {
    const { lexer } = this.file;
    const count = lexer.tokenCount - 1;
    if (count < least) this.fail('ZF15', lexer.tokenCount, `${tokenText(lexer, 0)} ends too early`, hint);
    else if (count > most) {
      this.fail('ZF15', most + 1, `${quoteToken(lexer, most + 1)} is more than ${tokenText(lexer, 0)} takes`, hint);
    }
    return count >= least && count <= most;
  }

  private parseNameAt(index: number): WireName | undefined {
    const { lexer } = this.file;
    const out = new Uint8Array(maxNameOctets + 1);
    const length = parseName(
      lexer.octets,
      lexer.starts[index] as number,
      lexer.ends[index] as number,
      this.state.origin,
      out,
      0,
    );
    if (length >= 0) return asWireName(out.slice(0, length));
    this.fail('ZF15', index, `${quoteToken(lexer, index)} is not a name: ${nameProblem(length)}`, hintForName(length));
    return undefined;
  }

  private fail(code: 'ZF12' | 'ZF14' | 'ZF15', index: number, message: string, hint: string | undefined): void {
    this.state.report('error', code, this.file, tokenAt(this.file.lexer, index), message, hint);
    this.state.noteLost();
  }
}

const includeUsage = 'write $INCLUDE and a file name, and behind it the origin of that file, if it is another';
const ttlUsage = 'write $TTL and a time in seconds or with the units w, d, h, m, s, as in $TTL 1h30m';

function hintForDirective(name: string): string {
  if (name === '$DATE') return "it belongs to dumps of a resolver's cache; remove the line";
  return 'the directives are $ORIGIN, $TTL, $INCLUDE, $GENERATE; a name that begins with a dollar sign is written \\$name';
}
