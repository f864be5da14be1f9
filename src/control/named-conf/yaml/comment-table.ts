/** Comments by the path of what they stand at in ringzone.yaml. */
import type { Path } from '../../config/yaml-source.ts';

type Side = 'before' | 'beside' | 'behind';

export class CommentTable {
  /** At the top of the document, and at its end. */
  readonly head: string[] = [];
  readonly foot: string[] = [];
  private readonly lines: Readonly<Record<Side, Map<string, string[]>>> = {
    before: new Map(),
    beside: new Map(),
    behind: new Map(),
  };

  /** Keys of paths below which something stands, or stood. */
  private readonly parents = new Set<string>();

  /** Above the key. */
  addBefore(path: Path, lines: readonly string[]): void {
    this.add('before', path, lines);
  }

  /** In the line of a value. */
  addBeside(path: Path, lines: readonly string[]): void {
    this.add('beside', path, lines);
  }

  /** At the end of a map, in its indentation; the document's is its foot. */
  addBehind(path: Path, lines: readonly string[]): void {
    if (path.length === 0) this.foot.push(...lines);
    else this.add('behind', path, lines);
  }

  /** What stands there; it is taken out. */
  take(side: Side, path: Path): readonly string[] {
    const key = keyOf(path);
    const lines = this.lines[side].get(key) ?? [];
    this.lines[side].delete(key);
    return lines;
  }

  /** What nobody has taken at `path` or deeper. */
  takeBelow(path: Path): readonly string[] {
    const stem = keyOf(path).slice(0, -1);
    const found: string[] = [];
    if (path.length > 0 && !this.parents.has(keyOf(path))) return found;
    for (const map of Object.values(this.lines)) {
      for (const [key, lines] of map) {
        if (path.length > 0 && !key.startsWith(`${stem},`)) continue;
        found.push(...lines);
        map.delete(key);
      }
    }
    return found;
  }

  private add(side: Side, path: Path, lines: readonly string[]): void {
    for (let depth = 1; depth < path.length; depth++) this.parents.add(keyOf(path.slice(0, depth)));
    const key = keyOf(path);
    this.lines[side].set(key, [...(this.lines[side].get(key) ?? []), ...lines]);
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path.map(String));
}
