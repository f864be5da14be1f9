/** Parses a golden zone to what its .out and .err files hold. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Diagnostic, formatDiagnostic } from '../../src/base/diagnostic.ts';
import { wireNameFrom } from '../../src/wire/name.ts';
import { parseZone } from '../../src/zonefile/parse-zone.ts';
import { printRecord } from '../../src/zonefile/print-record.ts';
import { type OpenSource, openFile } from '../../src/zonefile/zone-source.ts';

export const goldenFolder = fileURLToPath(new URL('.', import.meta.url));

export interface ParsedText {
  readonly records: string;
  readonly diagnostics: string;
  readonly codes: readonly string[];
}

/** `file` is relative to the folder of the golden files, so that messages don't depend on where the tree lies. */
export function parseToText(file: string, open: OpenSource = openGolden): ParsedText {
  const lines: string[] = [];
  const diagnostics: Diagnostic[] = [];
  parseZone({
    file,
    apex: wireNameFrom(apexOfGolden(file)),
    open,
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
    maxDiagnostics: file.startsWith('36-') ? 3 : undefined,
    sink: {
      addRecord(r) {
        lines.push(`${printRecord(r.owner, 0, r.ttlSeconds, r.class, r.type, r.rdata, 0, r.rdataOctets)}\n`);
      },
    },
  });
  return {
    records: lines.join(''),
    diagnostics: diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join(''),
    codes: diagnostics.map(({ code }) => code),
  };
}

export function apexOfGolden(topic: string): string {
  return topic.includes('howto') ? 'rapidtech.phones.' : 'ex.test.';
}

const openGolden: OpenSource = (path) => openFile(`${goldenFolder}/${path}`);

export function readGolden(name: string): string {
  return readFileSync(`${goldenFolder}/${name}`, 'utf8');
}
