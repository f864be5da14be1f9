/** What `tls` blocks say and this server doesn't do. The certificates of a block stand where it is named. */
import { blockOf, firstValue, textOf } from './arguments.ts';
import type { Conversion } from './conversion.ts';

/** With these values nothing is missed. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  protocols: ['{tlsv1.2;tlsv1.3}', '{tlsv1.3;tlsv1.2}'],
  'prefer-server-ciphers': ['yes', 'no'],
  'session-tickets': ['yes', 'no'],
};
const obeyed = ['ca-file', 'cert-file', 'key-file', 'remote-hostname'];

export function convertTls(conversion: Conversion): void {
  for (const block of conversion.all('tls')) {
    for (const { clause, keyword, args } of blockOf(block)) {
      if (obeyed.includes(clause.name) || harmless[clause.name]?.includes(textOf(args)) === true) continue;
      const reason = 'TLS 1.2 and 1.3 are spoken, with the ciphers of OpenSSL';
      conversion.warn('NC12', `${clause.name} of tls ${firstValue(block).text} is not obeyed: ${reason}`, keyword);
    }
  }
}
