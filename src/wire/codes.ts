/** Numbers of the message header and the registry codes that the server itself speaks of. Record types are rows in `rr`. */

/** RFC 1035 §4.1.1, RFC 2136, RFC 1996. */
export const Opcode = { query: 0, iquery: 1, status: 2, notify: 4, update: 5 } as const;

/** RFC 1035 §4.1.1, RFC 2136 §2.2, RFC 6891 §9. */
export const Rcode = {
  noError: 0,
  formErr: 1,
  servFail: 2,
  nxDomain: 3,
  notImp: 4,
  refused: 5,
  yxDomain: 6,
  yxRrset: 7,
  nxRrset: 8,
  notAuth: 9,
  notZone: 10,
  badVers: 16,
  /** RFC 7873 §8. */
  badCookie: 23,
} as const;

/** RFC 1035 §3.2.4, RFC 2136 §2.4. */
export const Class = { in: 1, ch: 3, hs: 4, none: 254, any: 255 } as const;

/** Types that the answer algorithm, the store or the checks treat apart. The whole list is the table in rr. */
export const Type = {
  a: 1,
  ns: 2,
  md: 3,
  mf: 4,
  cname: 5,
  soa: 6,
  mb: 7,
  mg: 8,
  mr: 9,
  null: 10,
  wks: 11,
  ptr: 12,
  hinfo: 13,
  minfo: 14,
  mx: 15,
  txt: 16,
  rp: 17,
  afsdb: 18,
  rt: 21,
  sig: 24,
  key: 25,
  px: 26,
  aaaa: 28,
  nxt: 30,
  srv: 33,
  naptr: 35,
  kx: 36,
  a6: 38,
  dname: 39,
  opt: 41,
  ds: 43,
  rrsig: 46,
  nsec: 47,
  dnskey: 48,
  nsec3: 50,
  nsec3param: 51,
  cds: 59,
  cdnskey: 60,
  zonemd: 63,
  svcb: 64,
  https: 65,
  lp: 107,
  tkey: 249,
  tsig: 250,
  ixfr: 251,
  axfr: 252,
  mailb: 253,
  maila: 254,
  any: 255,
} as const;

/** RFC 8914 §5.2: Extended DNS Errors. */
export const Ede = {
  other: 0,
  notReady: 14,
  prohibited: 18,
  notAuthoritative: 20,
  notSupported: 21,
  invalidData: 24,
} as const;

/** RFC 6891 and the option registry. */
export const EdnsOption = {
  nsid: 3,
  clientSubnet: 8,
  expire: 9,
  cookie: 10,
  keepalive: 11,
  padding: 12,
  keyTag: 14,
  ede: 15,
} as const;

/** Bits of the two flag octets of the header, read as one number of 16 bits (RFC 1035 §4.1.1, RFC 4035 §3.1.6). */
export const Flag = { qr: 0x8000, aa: 0x0400, tc: 0x0200, rd: 0x0100, ra: 0x0080, ad: 0x0020, cd: 0x0010 } as const;

export const headerOctets = 12;
