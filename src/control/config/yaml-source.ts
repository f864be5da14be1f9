/** A YAML text with the place of each of its nodes, so that every problem can point at its line and column. */
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { ConfigCode } from './codes.ts';
import { coverInMessage } from './likely-secrets.ts';
import { coverSecrets } from './secrets.ts';

export type Path = readonly PropertyKey[];

export class YamlSource {
  readonly document: Document.Parsed;
  private readonly file: string;
  private readonly lines: readonly string[];
  private readonly lineCounter = new LineCounter();

  constructor(file: string, text: string) {
    this.file = file;
    this.document = parseDocument(text, { lineCounter: this.lineCounter, prettyErrors: false, logLevel: 'error' });
    this.lines = coverSecrets(text, this.document).split(/\r\n|\n|\r/);
    nameNulls(this.document.contents);
  }

  /** The document as plain objects; an empty one is an empty map. A text says why there are none. */
  plainValue(maxAliasCount: number): Result<unknown, string> {
    try {
      return ok(this.document.toJS({ maxAliasCount }) ?? {});
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return err(message.charAt(0).toLowerCase() + message.slice(1));
    }
  }

  /** Make a diagnostic that points at the value at `path`, or at its key. */
  problem(
    severity: Diagnostic['severity'],
    code: ConfigCode,
    message: string,
    path: Path,
    part: 'key' | 'value',
    hint?: string,
  ) {
    return this.problemAt(severity, code, message, this.offsetOf(path, part), hint);
  }

  problemAt(
    severity: Diagnostic['severity'],
    code: ConfigCode,
    message: string,
    offset: number,
    hint?: string,
  ): Diagnostic {
    const { line, col } = this.lineCounter.linePos(offset);
    const sourceLine = this.lines[line - 1] ?? '';
    return { severity, code, message: coverInMessage(message), hint, file: this.file, line, column: col, sourceLine };
  }

  /** Where the value at `path` begins, or its key; the nearest thing around it where it isn't there. */
  private offsetOf(path: Path, part: 'key' | 'value'): number {
    let node: unknown = this.document.contents;
    let offset = startOf(node) ?? 0;
    for (const [depth, step] of path.entries()) {
      const last = depth === path.length - 1;
      if (isMap(node)) {
        const pair: Pair | undefined = node.items.find((item) => isPair(item) && keyText(item.key) === String(step));
        if (pair === undefined) return offset;
        offset = (last && part === 'value' ? startOf(pair.value) : undefined) ?? startOf(pair.key) ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
        offset = startOf(node) ?? offset;
      } else return offset;
    }
    return offset;
  }
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** `null` is a channel in BIND's vocabulary: as a key or in a list it means the word. */
function nameNulls(node: Node | null): void {
  if (isMap(node)) {
    for (const pair of node.items) {
      if (isScalar(pair.key)) nameNull(pair.key);
      nameNulls(pair.value as Node | null);
    }
  } else if (isSeq(node)) {
    for (const item of node.items) {
      if (isScalar(item)) nameNull(item);
      else nameNulls(item as Node | null);
    }
  }
}

function nameNull(scalar: { value: unknown; source?: string }): void {
  if (scalar.value === null && scalar.source === 'null') scalar.value = 'null';
}
