/** Questions of a client that locates a server, and the answers as it reads them. Names are presentation format without the final dot. */

export type QuestionType = 'NAPTR' | 'SRV' | 'A' | 'AAAA';

export interface DnsQuestion {
  readonly name: string;
  readonly type: QuestionType;
  /** Whether the order of this answer's records decides where a call goes; a client that keeps nothing asks it anew for each call. */
  readonly decides: boolean;
}

interface RecordBase {
  readonly owner: string;
  readonly ttlSeconds: number;
}

export interface NaptrRecord extends RecordBase {
  readonly type: 'NAPTR';
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly services: string;
  readonly regexp: string;
  readonly replacement: string;
}

export interface SrvRecord extends RecordBase {
  readonly type: 'SRV';
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** Empty for the root, which says that there is no such service (RFC 2782). */
  readonly target: string;
}

export interface AddressRecord extends RecordBase {
  readonly type: 'A' | 'AAAA';
  readonly address: string;
}

export interface AliasRecord extends RecordBase {
  readonly type: 'CNAME';
  readonly target: string;
}

export type DnsRecord = NaptrRecord | SrvRecord | AddressRecord | AliasRecord;

/** What came back. Records of other types are left out. */
export interface DnsAnswer {
  /** Why there is no answer: `no answer`, `malformed answer`. All else is empty then. */
  readonly failure: string | undefined;
  readonly rcode: number;
  /** TC was set in what the client reads in the end. */
  readonly truncated: boolean;
  readonly overTcp: boolean;
  /** Octets of the message, where the client that asked knows. */
  readonly octets: number | undefined;
  /** The zone that other servers are named for, where this one does not answer for it itself. */
  readonly referral: string | undefined;
  readonly answers: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
  /** How long it may be kept that there is nothing (RFC 2308 §5). */
  readonly negativeTtlSeconds: number | undefined;
}

export const emptyAnswer: DnsAnswer = {
  failure: undefined,
  rcode: 0,
  truncated: false,
  overTcp: false,
  octets: undefined,
  referral: undefined,
  answers: [],
  additionals: [],
  negativeTtlSeconds: undefined,
};

export function isOfType<T extends DnsRecord['type']>(
  type: T,
): (record: DnsRecord) => record is DnsRecord & { type: T } {
  return (record): record is DnsRecord & { type: T } => record.type === type;
}

/** RFC 4343. */
export function isSameName(a: string, b: string): boolean {
  return a.length === b.length && a.toLowerCase() === b.toLowerCase();
}
