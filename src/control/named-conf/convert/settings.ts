/** Settings as ringzone.yaml has them, with the place in named.conf that each comes from. */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { ConfigCode } from '../../config/codes.ts';
import type { ValueSource } from '../../config/complete-config.ts';
import type { Path } from '../../config/yaml-source.ts';
import type { NamedConfCode } from '../codes.ts';
import type { Token } from '../token.ts';

/** Why a statement, or a part of it, is not what it was in BIND. */
export interface Remark {
  readonly code: NamedConfCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly token: Token;
}

interface Place {
  readonly key: Token;
  readonly value: Token;
}

export class Settings implements ValueSource {
  readonly value: Record<string, unknown> = {};
  /** What was said about statements, also where it was said of another one before. */
  readonly remarks: Remark[] = [];
  private readonly places = new Map<string, Place>();
  private readonly used = new Set<Token>();
  private readonly beginning: Token;

  /** `beginning`: for problems that stand nowhere. */
  constructor(beginning: Token) {
    this.beginning = beginning;
  }

  /** Maps on the way are made. */
  set(path: Path, value: unknown, key: Token, valueToken = key): void {
    let map = this.value;
    for (const step of path.slice(0, -1)) {
      const name = String(step);
      if (!Object.hasOwn(map, name)) define(map, name, {});
      map = map[name] as Record<string, unknown>;
    }
    define(map, String(path.at(-1)), value);
    this.mark(path, key, valueToken);
  }

  /** What stands at `path`; `undefined`: nothing. */
  get(path: Path): unknown {
    let value: unknown = this.value;
    for (const step of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
      value = (value as Record<PropertyKey, unknown>)[step];
    }
    return value;
  }

  /** Say where a part of a value stands. */
  mark(path: Path, key: Token, value = key): void {
    this.places.set(textOf(path), { key, value });
  }

  /** Say of a statement, by its keyword, that its content stands where others refer to it. */
  use(keyword: Token): void {
    this.used.add(keyword);
  }

  isUsed(keyword: Token): boolean {
    return this.used.has(keyword);
  }

  /** The paths that were set or marked, each step as text, with the token of its key. */
  *marks(): Generator<readonly [path: readonly string[], key: Token]> {
    for (const [text, { key }] of this.places) yield [JSON.parse(text) as string[], key];
  }

  problem(
    severity: Diagnostic['severity'],
    code: ConfigCode,
    message: string,
    path: Path,
    part: 'key' | 'value',
    hint?: string,
  ): Diagnostic {
    const token = this.tokenAt(path, part);
    return token.source.diagnosticAt({ severity, code, message, hint }, token.start);
  }

  /** Of the nearest thing around it where `path` itself stands nowhere. */
  private tokenAt(path: Path, part: 'key' | 'value'): Token {
    for (let depth = path.length; depth > 0; depth--) {
      const place = this.places.get(textOf(path.slice(0, depth)));
      if (place !== undefined) return depth === path.length ? place[part] : place.key;
    }
    return this.beginning;
  }
}

/** A zone may have any name, `__proto__` too. */
function define(map: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(map, name, { value, writable: true, enumerable: true, configurable: true });
}

function textOf(path: Path): string {
  return JSON.stringify(path.map(String));
}
