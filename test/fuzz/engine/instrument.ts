/** Puts the counting of steps, and the noting of places reached, into code. */
import { stripTypeScriptTypes } from 'node:module';
import { parseAst } from 'vitest/node';
import { counterName } from './steps.ts';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** The number of the next place; each has one of its own in a thread. */
let nextPlace = 0;

/** JavaScript of the same lines as the TypeScript. */
export function instrument(source: string): string {
  const code = stripTypeScriptTypes(source);
  const insertions: Insertion[] = [];
  visit(parseAst(code) as unknown as Node, insertions);
  // Stable: of two at the same place the outer one comes first.
  insertions.sort((a, b) => a.at - b.at);
  let text = `const {S:$S,C:$C,X:$X,H:$H}=globalThis.${counterName};`;
  let from = 0;
  for (const { at, text: inserted } of insertions) {
    text += code.slice(from, at) + inserted;
    from = at;
  }
  return text + code.slice(from);
}

function step(): string {
  return `($S[0]++>=$S[1]&&$X(),${reach()})`;
}

function reach(): string {
  const place = nextPlace++;
  return `$C[${place}]||$H(${place})`;
}

function visit(node: Node, out: Insertion[]): void {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      enterFunction(node.body as Node | null, out);
      break;
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
      enterStatement(node.body as Node, step(), out);
      break;
    case 'IfStatement':
      enterStatement(node.consequent as Node, reach(), out);
      if (node.alternate !== null) enterStatement(node.alternate as Node, reach(), out);
      // That it went on is news too: most conditions here end with a return.
      else close(node.consequent as Node, ` else{${reach()}}`);
      break;
    case 'SwitchCase': {
      const [first] = node.consequent as readonly Node[];
      if (first !== undefined) out.push({ at: first.start, text: `${reach()};` });
      break;
    }
    case 'ConditionalExpression':
      enterExpression(node.consequent as Node, reach(), out);
      enterExpression(node.alternate as Node, reach(), out);
      break;
  }
  for (const child of childrenOf(node)) visit(child, out);
  closeAll(node, out);
}

function enterFunction(body: Node | null, out: Insertion[]): void {
  if (body === null) return;
  if (body.type === 'BlockStatement' || body.type === 'FunctionBody')
    out.push({ at: body.start + 1, text: `${step()};` });
  else enterExpression(body, step(), out);
}

function enterStatement(body: Node, text: string, out: Insertion[]): void {
  if (body.type === 'BlockStatement') out.push({ at: body.start + 1, text: `${text};` });
  else {
    out.push({ at: body.start, text: `{${text};` });
    close(body, '}');
  }
}

function enterExpression(expression: Node, text: string, out: Insertion[]): void {
  out.push({ at: expression.start, text: `(${text},` });
  close(expression, ')');
}

/** What must stand behind a node once all within it has been visited, so that closings nest as openings do. */
const closings = new WeakMap<Node, string>();

function close(node: Node, text: string): void {
  closings.set(node, `${closings.get(node) ?? ''}${text}`);
}

function closeAll(node: Node, out: Insertion[]): void {
  const text = closings.get(node);
  if (text !== undefined) out.push({ at: node.end, text });
}

function* childrenOf(node: Node): Generator<Node> {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const one of value) if (isNode(one)) yield one;
    } else if (isNode(value)) yield value;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
