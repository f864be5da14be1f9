/** Contract; the body follows. The parsed request, one object per thread, filled again for each message. */
export declare class Request {
  id: number;
  /** The second 16 bits of the header (see Flag). */
  flags: number;
  opcode: number;
  /** The question, valid when `parse` says so: qname in wire format, case as asked. */
  readonly qname: Uint8Array;
  qnameOctets: number;
  qtype: number;
  qclass: number;
  /** EDNS (RFC 6891): whether an OPT is there, its version, DO, the sender's UDP payload size. */
  hasEdns: boolean;
  ednsVersion: number;
  dnssecOk: boolean;
  udpPayloadOctets: number;
  wantsNsid: boolean;
  /** Offset and octets of the COOKIE option's data in the message, 0 octets where there is none. */
  cookieOffset: number;
  cookieOctets: number;
}
