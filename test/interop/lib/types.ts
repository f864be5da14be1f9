/** Mnemonics for tests, written down apart from src, so that a wrong number there can't hide here. */
const typeNumbers: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  MD: 3,
  MF: 4,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  NULL: 10,
  WKS: 11,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  X25: 19,
  ISDN: 20,
  RT: 21,
  NSAP: 22,
  SIG: 24,
  KEY: 25,
  PX: 26,
  GPOS: 27,
  AAAA: 28,
  LOC: 29,
  NXT: 30,
  EID: 31,
  NIMLOC: 32,
  SRV: 33,
  ATMA: 34,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  A6: 38,
  DNAME: 39,
  SINK: 40,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  NID: 104,
  L32: 105,
  L64: 106,
  LP: 107,
  EUI48: 108,
  EUI64: 109,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
  AVC: 258,
  DLV: 32769,
};

const typeNames = new Map(Object.entries(typeNumbers).map(([name, number]) => [number, name]));
const classNumbers: Readonly<Record<string, number>> = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 };
const classNames = new Map(Object.entries(classNumbers).map(([name, number]) => [number, name]));
const rcodeNames = [
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
];

export function typeName(type: number): string {
  return typeNames.get(type) ?? `TYPE${type}`;
}

export function typeNumber(name: string): number {
  const number = typeNumbers[name.toUpperCase()] ?? numberBehind('TYPE', name);
  if (number === undefined) throw new RangeError(`not a type: ${name}`);
  return number;
}

export function className(number: number): string {
  return classNames.get(number) ?? `CLASS${number}`;
}

export function classNumber(name: string): number {
  const number = classNumbers[name.toUpperCase()] ?? numberBehind('CLASS', name);
  if (number === undefined) throw new RangeError(`not a class: ${name}`);
  return number;
}

export function rcodeName(rcode: number): string {
  return rcode === 16 ? 'BADVERS' : rcode === 23 ? 'BADCOOKIE' : (rcodeNames[rcode] ?? `RCODE${rcode}`);
}

function numberBehind(prefix: string, text: string): number | undefined {
  const match = new RegExp(`^${prefix}(\\d+)$`, 'i').exec(text);
  return match === null ? undefined : Number(match[1]);
}
