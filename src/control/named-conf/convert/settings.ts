/** Settings as ringzone.yaml has them, with the place in named.conf that each comes from. */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { ConfigCode } from '../../config/codes.ts';
import type { ValueSource } from '../../config/complete-config.ts';
import type { Path } from '../../config/yaml-source.ts';
import type { Token } from '../token.ts';

interface Place {
  readonly key: Token;
  readonly value: Token;
}

export class Settings implements ValueSource {
  readonly value: Record<string, unknown> = {};
  private readonly places = new Map<string, Place>();
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
