/** Recognise BIND's configuration where YAML is expected, and show its author the same in YAML. */
import type { Diagnostic } from '../../base/diagnostic.ts';

const statement =
  /^[ \t]*(?:zone\s+"?[^\s"]+"?(?:\s+\w+)?\s*\{|(?:options|logging|controls)\s*\{|(?:acl|view|key|primaries|masters)\s+"?[^\s"]+"?.*\{|include\s+")/im;

export function looksLikeNamedConf(file: string, text: string): boolean {
  return statement.test(text) || (file.endsWith('.conf') && !/^\s*[\w-]+:(\s|$)/m.test(text));
}

export function namedConfProblem(file: string, text: string): Diagnostic {
  const line = text.slice(0, statement.exec(text)?.index ?? 0).split('\n').length;
  return {
    severity: 'error',
    code: 'CF12',
    message: 'this is a named.conf; Ringzone does not read BIND configuration yet, only YAML',
    hint: `write it as ringzone.yaml:\n${sameInYaml(text)}`,
    file,
    line,
    column: 1,
    sourceLine: text.split('\n')[line - 1] ?? '',
  };
}

/** The zones that can be seen from here, with their files; the names of the statements are the same in both. */
function sameInYaml(text: string): string {
  const zones = [...text.matchAll(/\bzone\s+"?([^\s"{]+)"?[^{]*\{([^}]*(?:\}\s*;[^}]*?)*?\bfile\s+"([^"]+)")/gi)]
    .filter(([, name]) => name !== '.')
    .slice(0, 5)
    .map(([, name, , file]) => `    ${name}:\n      type: primary\n      file: ${file}`);
  const shown = zones.length > 0 ? zones : ['    example.com:\n      type: primary\n      file: zones/example.com'];
  return [
    '    listen: ["0.0.0.0:53", "[::]:53"]',
    '    zones:',
    ...shown.map((zone) => zone.replace(/^ {4}/gm, '      ')),
  ]
    .map((line) => line.replace(/^ {4}/, '    '))
    .join('\n');
}
