/** Recognise BIND's configuration where YAML is expected. */

const statement =
  /^[ \t]*(?:zone\s+"?[^\s"]+"?(?:\s+\w+)?\s*\{|(?:options|logging|controls)\s*\{|(?:acl|view|key|primaries|masters)\s+"?[^\s"]+"?.*\{|include\s+")/im;

export function looksLikeNamedConf(file: string, text: string): boolean {
  return statement.test(text) || (file.endsWith('.conf') && !/^\s*[\w-]+:(\s|$)/m.test(text));
}
