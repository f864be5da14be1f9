import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { hasErrors } from '../../base/diagnostic.ts';
import { looksLikeNamedConf } from '../config/named-conf.ts';
import { ParseState } from '../named-conf/parse-state.ts';
import { parseNamedConf } from '../named-conf/parser.ts';
import { SourceText } from '../named-conf/source-text.ts';
import { nameOf, type Statement } from '../named-conf/tree.ts';

/** What the servers of a zone are spoken to with. */
const words = ['server', 'tls'];

/** The statements of a named.conf that say something of the servers which a zone in a block names; none of another file. */
export function readServerStatements(configFile: string): readonly Statement[] {
  try {
    const text = readFileSync(configFile, 'utf8');
    if (!looksLikeNamedConf(configFile, text)) return [];
    const state = new ParseState(process.cwd());
    state.open.push(resolve(configFile));
    const statements = parseNamedConf(new SourceText(configFile, text), state);
    // Edited, and not yet read by the server.
    return hasErrors(state.diagnostics) ? [] : statements.filter((statement) => words.includes(nameOf(statement)));
  } catch {
    return [];
  }
}
