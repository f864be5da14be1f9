/**
 * What a person is told about a file: place, severity, message, a stable code, the line itself and a hint.
 *
 *     zones/rapidtech.phones:19:2: error: unknown record type "_sip._udp.rapidtech.phones." [ZF07]
 *      _sip._udp.rapidtech.phones.  IN SRV 1 5 5060 sipserverbackup.rapidtech.phones.
 *      ^
 *     hint: the line begins with a blank, so its owner is the one before; remove the blank
 */
export type Severity = 'error' | 'warning' | 'note';

export interface Diagnostic {
  readonly severity: Severity;
  /** Stable: ZF (zone file syntax), ZC (zone content), SIP (telephony in a zone), CF (configuration), NC (named.conf), followed by two digits. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly file?: string | undefined;
  /** 1-based. */
  readonly line?: number | undefined;
  /** 1-based, in characters of the line as displayed. */
  readonly column?: number | undefined;
  /** The offending line without its end; shown with a caret under `column`. */
  readonly sourceLine?: string | undefined;
}

/** The lines for a terminal or a log; no final newline. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, message, code, sourceLine, hint } = diagnostic;
  const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  const lines = [`${place === '' ? '' : `${place}: `}${severity}: ${message} [${code}]`];
  if (sourceLine !== undefined && column !== undefined) {
    const { text, caretColumn } = cutLine(sourceLine, column);
    // Tabs stay tabs in the caret line, so that the caret stands right whatever the terminal's tab width.
    const lead = text.slice(0, caretColumn - 1).replace(/[^\t]/g, ' ');
    // Below nothing a caret points at nothing.
    if (text.trim() !== '') lines.push(text, `${lead}^`);
  }
  if (hint !== undefined) lines.push(`hint: ${hint}`);
  return lines.join('\n');
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

const shownColumns = 160;

/** A window on a very long line around the caret; control characters that would disturb a terminal become dots. */
function cutLine(sourceLine: string, column: number): { text: string; caretColumn: number } {
  const start = column > shownColumns - 20 ? column - 60 : 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  const text = sourceLine.slice(start, start + shownColumns).replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, '.');
  return { text, caretColumn: column - start };
}
