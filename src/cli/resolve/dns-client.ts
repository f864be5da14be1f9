/** Whoever asks the server. */
import type { DnsAnswer, DnsQuestion } from '../../sip/location/dns-answer.ts';
import type { Profile } from '../../sip/profiles/profile.ts';

/** How a client asks. */
export type AskingWay = Pick<Profile, 'ednsOctets' | 'truncation'>;

export interface DnsClient {
  /** Never rejects: what goes wrong is the answer's `failure`. */
  ask(question: DnsQuestion, way: AskingWay): Promise<DnsAnswer>;
  close(): void;
}
