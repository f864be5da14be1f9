/** A zone for the location's tests: records as `owner TTL type rdata` lines, answered without a server. */
import { Draws } from '../../../../src/base/draws.ts';
import {
  type DnsAnswer,
  type DnsQuestion,
  type DnsRecord,
  emptyAnswer,
} from '../../../../src/sip/location/dns-answer.ts';
import { type Location, locate } from '../../../../src/sip/location/locate.ts';
import type { Profile } from '../../../../src/sip/profiles/profile.ts';
import { findProfile } from '../../../../src/sip/profiles/table.ts';
import { parseSipTarget } from '../../../../src/sip/target/sip-target.ts';

export interface Located extends Location {
  /** `NAPTR example.com`, in the order asked. */
  readonly asked: readonly string[];
}

export class FakeZone {
  readonly records: readonly DnsRecord[];
  /** Adds the addresses of SRV targets, as most servers do. */
  hasAdditional = false;
  /** Put over what would be answered. */
  override: (question: DnsQuestion) => Partial<DnsAnswer> | undefined = () => undefined;

  constructor(text: string) {
    this.records = text
      .trim()
      .split('\n')
      .map((line) => parseRecord(line.trim().split(/\s+/)));
  }

  answer(question: DnsQuestion): DnsAnswer {
    const { name, type } = question;
    const at = this.records.filter(({ owner }) => owner.toLowerCase() === name.toLowerCase());
    const answers = at.filter((record) => record.type === type || record.type === 'CNAME');
    const targets = answers.flatMap((record) => (record.type === 'SRV' ? [record.target] : []));
    const additionals = this.records.filter(({ owner, type: found }) => /^A/.test(found) && targets.includes(owner));
    const isThere = at.length > 0 || this.records.some(({ owner }) => owner.endsWith(`.${name}`));
    return {
      ...emptyAnswer,
      rcode: isThere ? 0 : 3,
      answers,
      additionals: this.hasAdditional ? additionals : [],
      negativeTtlSeconds: answers.length === 0 ? 60 : undefined,
      ...this.override(question),
    };
  }

  locate(target: string, profile: Profile | string, seed = 1): Located {
    const parsed = parseSipTarget(target);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const row = typeof profile === 'string' ? findProfile(profile) : profile;
    if (row === undefined) throw new Error(`no profile ${profile}`);
    const asked: string[] = [];
    const caller = { profile: row, accountKey: seed, draws: new Draws(Int32Array.of(seed, 2, 3, 4)) };
    const steps = locate(parsed.value, caller);
    let step = steps.next();
    while (!step.done) {
      asked.push(`${step.value.type} ${step.value.name}`);
      step = steps.next(this.answer(step.value));
    }
    return { ...step.value, asked };
  }
}

/** `host:port/transport address,address`, in the order of the client. */
export function servers({ candidates }: Location): string[] {
  return candidates.map(({ host, port, transport, addresses }) =>
    `${host}:${port}/${transport} ${addresses.join(',')}`.trim(),
  );
}

function parseRecord([owner = '', ttl = '', type = '', ...rdata]: readonly string[]): DnsRecord {
  const base = { owner, ttlSeconds: Number(ttl) };
  const text = (index: number): string => (rdata[index] ?? '').replaceAll('"', '').replace(/\.$/, '');
  switch (type) {
    case 'A':
    case 'AAAA':
      return { ...base, type, address: text(0) };
    case 'CNAME':
      return { ...base, type, target: text(0) };
    case 'SRV': {
      const [priority = 0, weight = 0, port = 0] = rdata.map(Number);
      return { ...base, type, priority, weight, port, target: text(3) };
    }
    case 'NAPTR': {
      const [order = 0, preference = 0] = rdata.map(Number);
      return {
        ...base,
        type,
        order,
        preference,
        flags: text(2),
        services: text(3),
        regexp: text(4),
        replacement: text(5),
      };
    }
    default:
      throw new Error(`no such type: ${type}`);
  }
}
