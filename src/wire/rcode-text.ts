/** Mnemonics of RFC 6895 §2.3, by number. */
const mnemonics = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
] as const;

/** Those that take EDNS (RFC 6891 §6.1.3, RFC 7873 §8). */
const extended: Readonly<Record<number, string>> = { 16: 'BADVERS', 23: 'BADCOOKIE' };

/** The RCODE's name; `undefined` where it has none. */
export function rcodeMnemonic(rcode: number): string | undefined {
  return mnemonics[rcode] ?? extended[rcode];
}

/** The RCODE as logs name it. */
export function rcodeText(rcode: number): string {
  return rcodeMnemonic(rcode) ?? `RCODE${rcode}`;
}
