/**
 * The notation of what follows a statement's name: words as they are, `[x]` for what may be missing, `(x|y)` for one of
 * several, `{x}` for a list of x in braces, each with a semicolon, and the terminals of terminals.ts in capitals.
 */
export type Shape =
  | { readonly kind: 'sequence'; readonly parts: readonly Shape[] }
  | { readonly kind: 'choice'; readonly parts: readonly Shape[] }
  | { readonly kind: 'optional'; readonly part: Shape }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'terminal'; readonly name: string }
  /** Statements in braces, whose names are those of a context. */
  | { readonly kind: 'block' };

/** Lists that stand in many statements. */
const abbreviations: Readonly<Record<string, string>> = {
  MATCHES: '{ELEMENT}',
  // BIND's grammar shows key and tls behind the name of a list too, and refuses them there.
  REMOTES: '{((IP4|IP6) [port INT] [key STRING] [tls STRING]|STRING)}',
  PORTRANGE: '(range INT INT|INT)',
  SEVERITY: '(debug [INT]|critical|error|warning|notice|info|dynamic)',
};

const parsed = new Map<string, Shape>();

/** The shape that `text` writes. Throws where the table itself is at fault. */
export function shapeOf(text: string): Shape {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const tokens = text.match(/[[\](){}|]|[^\s[\](){}|]+/g) ?? [];
  const shape = new ShapeReader(tokens).read();
  parsed.set(text, shape);
  return shape;
}

class ShapeReader {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  read(): Shape {
    const shape = this.choice();
    if (this.at < this.tokens.length) throw new Error(`unexpected ${this.tokens[this.at]} in ${this.tokens.join(' ')}`);
    return shape;
  }

  private choice(): Shape {
    const parts = [this.sequence()];
    while (this.tokens[this.at] === '|') {
      this.at++;
      parts.push(this.sequence());
    }
    return parts.length === 1 ? (parts[0] as Shape) : { kind: 'choice', parts };
  }

  private sequence(): Shape {
    const parts: Shape[] = [];
    for (;;) {
      const token = this.tokens[this.at];
      if (token === undefined || '])}|'.includes(token)) break;
      parts.push(this.part());
    }
    return parts.length === 1 ? (parts[0] as Shape) : { kind: 'sequence', parts };
  }

  private part(): Shape {
    const token = this.tokens[this.at++] as string;
    if (token === '[') return this.closed({ kind: 'optional', part: this.choice() });
    if (token === '(') return this.closed(this.choice());
    if (token === '{') return this.closed({ kind: 'list', item: this.choice() });
    if (token === 'BLOCK') return { kind: 'block' };
    const abbreviation = abbreviations[token];
    if (abbreviation !== undefined) return shapeOf(abbreviation);
    return /^[A-Z][A-Z0-9]*$/.test(token) ? { kind: 'terminal', name: token } : { kind: 'word', word: token };
  }

  private closed(shape: Shape): Shape {
    this.at++;
    return shape;
  }
}
