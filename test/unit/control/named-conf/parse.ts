/** For tests: a named.conf in a line, read. */
import { type Diagnostic, formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import type { Config } from '../../../../src/control/config/config.ts';
import { parseNamedConfig } from '../../../../src/control/named-conf/parse-named-config.ts';

const loopback = {
  lo: [
    {
      address: '127.0.0.1',
      netmask: '255.0.0.0',
      family: 'IPv4',
      mac: '',
      internal: true,
      cidr: '127.0.0.1/8',
    } as const,
    { address: '::1', netmask: '', family: 'IPv6', mac: '', internal: true, cidr: '::1/128', scopeid: 0 } as const,
  ],
  eth0: [
    {
      address: '192.0.2.53',
      netmask: '255.255.255.0',
      family: 'IPv4',
      mac: '',
      internal: false,
      cidr: '192.0.2.53/24',
    } as const,
  ],
};

/** `chroots`: folders that BIND may have as its root. */
export function read(text: string, chroots: readonly string[] = []) {
  return parseNamedConfig(text, 'named.conf', { interfaces: loopback, chroots });
}

/** The configuration of a text that must be good. */
export function good(text: string): Config {
  const result = read(text);
  if (!result.ok) throw new Error(result.error.map(formatDiagnostic).join('\n'));
  return result.value;
}

export function diagnostics(text: string, chroots: readonly string[] = []): readonly Diagnostic[] {
  const result = read(text, chroots);
  return result.ok ? result.value.warnings : result.error;
}

/** `line:column CODE message` of each error, from the top. */
export function errors(text: string): readonly string[] {
  return diagnostics(text)
    .filter(({ severity }) => severity === 'error')
    .map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
}
