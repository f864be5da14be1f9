/** Whoever asks the server. */
import type { DnsAnswer, DnsQuestion } from '../../sip/location/dns-answer.ts';

/** Neither way rejects: what goes wrong is the answer's `failure`. */
export interface DnsClient {
  /** Over UDP, with EDNS where octets are given for it. What comes truncated is answered as it came. */
  ask(question: DnsQuestion, ednsOctets: number | undefined): Promise<DnsAnswer>;
  /** Over TCP, after an answer that was truncated. */
  askOverTcp(question: DnsQuestion, ednsOctets: number | undefined): Promise<DnsAnswer>;
  close(): void;
}
