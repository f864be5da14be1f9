/** Mnemonics of RFC 6895 §2.3, by number; what stands in TSIG and EDNS only (16 and above) is not among them. */
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

/** The RCODE as logs name it. */
export function rcodeText(rcode: number): string {
  return mnemonics[rcode] ?? (rcode === 16 ? 'BADVERS' : `RCODE${rcode}`);
}
