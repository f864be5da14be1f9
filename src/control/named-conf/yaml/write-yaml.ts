/** Settings as a ringzone.yaml that a person would have written, with comments. */
import { Document, isCollection, isScalar, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Path } from '../../config/yaml-source.ts';
import type { CommentTable } from './comment-table.ts';

/** Sections stand in this order, behind the settings of the server. */
const sections = ['tls', 'logging', 'keys', 'acl', 'primaries', 'catalogs', 'zones', 'views'];

const longestLine = 120;

/** `order`: where a setting of the server stood, from the top. */
export function writeYaml(
  value: Readonly<Record<string, unknown>>,
  comments: CommentTable,
  order: (name: string) => number,
): string {
  const document = new Document();
  const rank = (name: string) => sections.indexOf(name);
  const names = Object.keys(value).toSorted((a, b) => rank(a) - rank(b) || (rank(a) < 0 ? order(a) - order(b) : 0));
  document.contents = mapNode(value, [], comments, names);
  comments.foot.push(...comments.takeBelow([]));
  const text = document.toString({
    lineWidth: 0,
    doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY,
    flowCollectionPadding: false,
  });
  return [comment(comments.head), text.trimEnd(), comment(comments.foot)]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function comment(lines: readonly string[]): string {
  return lines.map((line) => `# ${asOneLine(line)}`.trimEnd()).join('\n');
}

/** A name in it may have line ends of its own. */
function asOneLine(line: string): string {
  return line.replace(/[\r\n]+/g, ' ');
}

function mapNode(
  value: Readonly<Record<string, unknown>>,
  path: Path,
  comments: CommentTable,
  names = Object.keys(value),
): YAMLMap {
  const map = new YAMLMap();
  for (const [index, name] of names.entries()) {
    const at = [...path, name];
    const key = scalarOf(name);
    const node = nodeOf(value[name], at, comments);
    const isSection = isCollection(node) && node.flow !== true;
    key.spaceBefore = isSection && index > 0 && (path.length === 0 || isMapOfMaps(path));
    put(key, 'commentBefore', comments.take('before', at));
    const beside = comments.take('beside', at);
    // Behind a long list it would be read as something about its last element.
    if (isSection) put(key, 'commentBefore', [...linesOf(key.commentBefore), ...beside]);
    else put(node, 'comment', beside);
    const behind = comments.take('behind', at);
    if (isSection) put(node, 'comment', behind);
    else put(key, 'commentBefore', [...linesOf(key.commentBefore), ...behind]);
    map.items.push(new Pair(key, node));
  }
  return map;
}

function isMapOfMaps(path: Path): boolean {
  return path.at(-1) === 'zones' || path.at(-1) === 'views';
}

function nodeOf(value: unknown, path: Path, comments: CommentTable): Node {
  if (Array.isArray(value)) return listNode(value, path, comments);
  if (typeof value !== 'object' || value === null) return scalarOf(value);
  return mapNode(value as Readonly<Record<string, unknown>>, path, comments);
}

/** What has line ends and the like stands in one line of escapes: a block would be none as a key, and lose blanks at its end. */
function scalarOf(value: unknown): Scalar {
  const scalar = new Scalar(value);
  if (typeof value === 'string' && /\p{Cc}/u.test(value)) scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** In one line where it fits and nothing is said about single elements. */
function listNode(values: readonly unknown[], path: Path, comments: CommentTable): YAMLSeq {
  const list = new YAMLSeq();
  let isApart = JSON.stringify(values).length > longestLine - 2 * path.length;
  for (const [index, value] of values.entries()) {
    const at = [...path, index];
    const item = new Document(value).contents as Node;
    if (isCollection(item)) item.flow = true;
    const before = [...comments.take('before', at), ...comments.takeBelow(at)];
    const beside = comments.take('beside', at);
    isApart ||= before.length + beside.length > 0;
    put(item, 'commentBefore', isScalar(item) ? before : [...before, ...beside]);
    if (isScalar(item)) put(item, 'comment', beside);
    list.items.push(item);
  }
  list.flow = !isApart;
  return list;
}

function put(node: Node, side: 'commentBefore' | 'comment', lines: readonly string[]): void {
  if (lines.length > 0)
    node[side] = lines
      .map((line) => ` ${asOneLine(line)}`.trimEnd())
      .join(side === 'comment' && isScalar(node) ? ';' : '\n');
}

function linesOf(comment: string | null | undefined): readonly string[] {
  return comment?.split('\n').map((line) => line.replace(/^ /, '')) ?? [];
}
