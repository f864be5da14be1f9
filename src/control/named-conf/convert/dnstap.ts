/** BIND's statements of dnstap: which messages are written, where to, and who says it. */
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { firstValue, listOf, optionOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';

/** What an authoritative server has no messages of. */
const foreignWords = ['client', 'forwarder', 'resolver'];
const fileKeys = ['size', 'versions', 'suffix'];

/** Convert one of them; the grammar has checked its shape. */
export function setDnstap(statement: Statement, conversion: Conversion): void {
  switch (nameOf(statement)) {
    case 'dnstap':
      setWords(statement, conversion);
      break;
    case 'dnstap-output':
      setOutput(statement, conversion);
      break;
    default:
      setText(statement, conversion);
  }
}

function setWords(statement: Statement, conversion: Conversion): void {
  const words: string[] = [];
  for (const item of listOf(statement.args)?.items ?? []) {
    const kind = tokenAt(item, 0);
    if (kind === undefined) continue;
    const word = [kind, tokenAt(item, 1)].flatMap((token) => token?.text.toLowerCase() ?? []).join('-');
    if (foreignWords.includes(kind.text.toLowerCase())) noteForeign(kind, conversion);
    else if (!words.includes(word)) {
      conversion.settings.mark(['dnstap', words.length], kind);
      words.push(word);
    }
  }
  conversion.settings.set(['dnstap'], words.length === 0 ? false : words, statement.keyword);
}

function noteForeign(kind: Token, conversion: Conversion): void {
  const what =
    kind.text.toLowerCase() === 'client'
      ? 'what BIND tells as client response (to questions with RD) is auth response'
      : 'nothing is asked of other servers';
  conversion.noteOnce('NC11', `dnstap ${kind.text.toLowerCase()} has no meaning here: ${what}`, kind);
}

function setOutput({ keyword, args }: Statement, { settings }: Conversion): void {
  const mode = tokenAt(args, 0);
  const path = tokenAt(args, 1);
  if (mode === undefined || path === undefined) return;
  settings.set(['dnstap-output'], {}, keyword, mode);
  settings.set(['dnstap-output', mode.text.toLowerCase()], path.text, mode, path);
  for (const key of fileKeys) {
    const found = optionOf(args, key);
    if (found === undefined) continue;
    const text = found.text.toLowerCase();
    settings.set(['dnstap-output', key], key === 'versions' && /^\d+$/.test(text) ? Number(text) : text, found);
  }
}

function setText(statement: Statement, { settings }: Conversion): void {
  const token = firstValue(statement);
  const isWord = token.kind === 'word';
  const isNone = isWord && token.text.toLowerCase() === 'none';
  settings.set([nameOf(statement)], isNone ? false : token.text, statement.keyword, token);
}
