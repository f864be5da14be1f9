/** Diagnostics on stderr, for a person. */
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { hasColours } from '../base/colours.ts';
import { type Diagnostic, formatDiagnostic, type Severity } from '../base/diagnostic.ts';
import { type Output, write } from './output.ts';

export async function tellDiagnostics({ stderr }: Output, diagnostics: readonly Diagnostic[]): Promise<void> {
  for (const diagnostic of diagnostics) await write(stderr, `${colour(diagnostic, stderr)}\n`);
}

const colours = { error: 'red', warning: 'yellow', note: 'cyan' } as const satisfies Record<Severity, string>;

function colour(diagnostic: Diagnostic, stream: Writable): string {
  const { severity } = diagnostic;
  if (!hasColours(stream)) return formatDiagnostic(diagnostic);
  const word = styleText(['bold', colours[severity]], `${severity}:`, { validateStream: false });
  return formatDiagnostic(diagnostic).replace(`${severity}:`, () => word);
}
