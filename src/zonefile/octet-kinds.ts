/** What each octet means to the lexer, outside of quotes and comments (RFC 1035 §5.1). */
export const Kind = {
  ordinary: 0,
  blank: 1,
  lineFeed: 2,
  carriageReturn: 3,
  semicolon: 4,
  open: 5,
  close: 6,
  quote: 7,
  backslash: 8,
  nul: 9,
} as const;

export const octetKinds: Uint8Array = new Uint8Array(256);
octetKinds[0x20] = Kind.blank;
octetKinds[0x09] = Kind.blank;
octetKinds[0x0a] = Kind.lineFeed;
octetKinds[0x0d] = Kind.carriageReturn;
octetKinds[0x3b] = Kind.semicolon;
octetKinds[0x28] = Kind.open;
octetKinds[0x29] = Kind.close;
octetKinds[0x22] = Kind.quote;
octetKinds[0x5c] = Kind.backslash;
octetKinds[0x00] = Kind.nul;
