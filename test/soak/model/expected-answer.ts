/** What RFC 1034 §4.3.2 makes of a question and a zone: the model's own reading of it, for zones as the soak has them. */
import { formatRecord, type ModelRecord, parentOf, type ZoneContent } from './zone-content.ts';

export interface ModelQuestion {
  /** Lower case, absolute. */
  readonly name: string;
  readonly type: string;
  /** RD, as phones and resolvers set it: then positive answers have no authority section. */
  readonly recursionDesired: boolean;
}

export interface ExpectedAnswer {
  readonly rcode: number;
  readonly authoritative: boolean;
  /** Lines of `formatRecord`, sorted. */
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

export function errorAnswer(rcode: number): ExpectedAnswer {
  return { rcode, authoritative: false, answer: [], authority: [], additional: [] };
}

export function expectAnswer(zone: ZoneContent, question: ModelQuestion): ExpectedAnswer {
  const cut = findCut(zone, question.name);
  if (cut !== undefined) return referral(zone, cut);
  return follow(zone, question, question.name, []);
}

/** The highest zone cut at or above the name. */
function findCut(zone: ZoneContent, name: string): string | undefined {
  let found: string | undefined;
  for (let at = name; at !== zone.apex; at = parentOf(at)) if (zone.set(at, 'NS').length > 0) found = at;
  return found;
}

function referral(zone: ZoneContent, cut: string): ExpectedAnswer {
  const servers = zone.set(cut, 'NS');
  return {
    rcode: 0,
    authoritative: false,
    answer: [],
    authority: lines(servers),
    additional: lines(addressesOf(zone, servers)),
  };
}

/** `before`: the aliases that led to this name. */
function follow(
  zone: ZoneContent,
  question: ModelQuestion,
  name: string,
  before: readonly ModelRecord[],
): ExpectedAnswer {
  const source = sourceOf(zone, name);
  if (source === undefined) return negative(zone, 3, before);
  const as = (records: readonly ModelRecord[]) => records.map((record) => ({ ...record, owner: name }));
  const [alias] = question.type === 'CNAME' ? [] : as(zone.set(source, 'CNAME'));
  if (alias !== undefined) return follow(zone, question, alias.rdata, [...before, alias]);
  const set = as(zone.set(source, question.type));
  if (set.length === 0) return negative(zone, 0, before);
  return positive(zone, question, [...before, ...set]);
}

/** The name whose records answer for it: itself, or the wildcard below its closest encloser (RFC 4592 §3.3.1). */
function sourceOf(zone: ZoneContent, name: string): string | undefined {
  if (zone.hasName(name)) return name;
  let encloser = parentOf(name);
  while (!zone.hasName(encloser)) encloser = parentOf(encloser);
  const wildcard = `*.${encloser}`;
  return zone.hasName(wildcard) ? wildcard : undefined;
}

function positive(zone: ZoneContent, question: ModelQuestion, answer: readonly ModelRecord[]): ExpectedAnswer {
  const servers = zone.set(zone.apex, 'NS');
  const isAskedFor = answer.some(({ owner, type }) => owner === zone.apex && type === 'NS');
  const authority = question.recursionDesired || isAskedFor ? [] : servers;
  const given = new Set(lines(answer));
  const additional = lines([...addressesOf(zone, answer), ...addressesOf(zone, authority)]);
  return {
    rcode: 0,
    authoritative: true,
    answer: lines(answer),
    authority: lines(authority),
    additional: additional.filter((line) => !given.has(line)),
  };
}

/** RFC 2308 §3: the SOA with the lesser of its TTL and its last field. */
function negative(zone: ZoneContent, rcode: number, before: readonly ModelRecord[]): ExpectedAnswer {
  const soa = zone.set(zone.apex, 'SOA').map((record) => ({
    ...record,
    ttl: Math.min(record.ttl, Number(record.rdata.split(' ')[6])),
  }));
  return { rcode, authoritative: true, answer: lines(before), authority: lines(soa), additional: [] };
}

/** RFC 1035 §3.3, RFC 2782: the addresses of the names that these records lead to. */
function addressesOf(zone: ZoneContent, records: readonly ModelRecord[]): readonly ModelRecord[] {
  const targets = records.flatMap(({ type, rdata }) => {
    if (type === 'NS') return [rdata];
    if (type === 'MX') return [rdata.split(' ')[1] as string];
    if (type === 'SRV') return [rdata.split(' ')[3] as string];
    return [];
  });
  return targets.flatMap((target) => [...zone.set(target, 'A'), ...zone.set(target, 'AAAA')]);
}

/** Sorted, each once. */
function lines(records: readonly ModelRecord[]): readonly string[] {
  return [...new Set(records.map(formatRecord))].sort();
}
