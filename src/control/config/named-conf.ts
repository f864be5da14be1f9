/** Recognise BIND's configuration where YAML is expected. */

const statement =
  /^[ \t]*(?:zone\s+"?[^\s"]+"?(?:\s+\w+)?\s*\{|(?:options|logging|controls)\s*\{|(?:acl|view|key|primaries|masters)\s[^\n]*\{|include\s+")/im;
const yamlKey = /^[\w-]+:(?:\s|$)/m;

export function looksLikeNamedConf(file: string, text: string): boolean {
  // A comment of a named.conf may have a line like a key; a name in YAML may look like a statement.
  if (/\.ya?ml$/i.test(file)) return statement.test(text) && !yamlKey.test(text);
  return statement.test(text) || (file.endsWith('.conf') && !/^\s*[\w-]+:(\s|$)/m.test(text));
}
