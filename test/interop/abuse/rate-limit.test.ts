/** Response rate limiting: what BIND answers, sends empty and drops of a burst, and what Ringzone does. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBind } from '../lib/bind.ts';
import { askRaw, buildQuery, type Question } from '../lib/dns-client.ts';
import { findCommand, type Judge, type JudgeZone } from '../lib/judge.ts';
import { startRingzone } from '../lib/ringzone.ts';

const zoneText = `$TTL 300
@ SOA ns1 admin 5 3600 600 86400 60
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.2
alias CNAME www
other CNAME www
*.wild A 192.0.2.4
cut NS ns.cut
ns.cut A 192.0.2.5
`;
const folder = mkdtempSync(join(tmpdir(), 'ringzone-rrl-'));
const file = join(folder, 'rrl.test');
const zones: readonly JudgeZone[] = [{ name: 'rrl.test', file }];
const perSecond = 4;
const burst = 24;
let bind: Judge | undefined;
let ringzone: Judge | undefined;

const hasBind = findCommand('named') !== undefined;

beforeAll(async () => {
  writeFileSync(file, zoneText);
  const limit = 'responses-per-second 4; window 60; slip 2; ipv4-prefix-length 32; exempt-clients { 127.0.0.9; };';
  bind = await startBind(zones, { extra: `rate-limit { ${limit} };` });
  const ours = 'responses-per-second: 4, window: 60, slip: 2, ipv4-prefix-length: 32, exempt-clients: [127.0.0.9]';
  const logging = 'logging: { channels: { l: { stderr: true, severity: info } }, categories: { rate-limit: [l] } }';
  ringzone = await startRingzone(zones, { extra: `control: false\nhttp: false\nrate-limit: { ${ours} }\n${logging}` });
});
afterAll(async () => {
  await bind?.stop();
  await ringzone?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Tally {
  whole: number;
  slipped: number;
  dropped: number;
  /** RCODE, AA and the sums of records of those that slipped. */
  readonly slips: Set<string>;
}

async function flood(port: number, questions: readonly Question[]): Promise<Tally> {
  const responses = await Promise.all(questions.map((question) => askRaw(port, buildQuery(question))));
  const tally: Tally = { whole: 0, slipped: 0, dropped: 0, slips: new Set() };
  for (const response of responses) {
    if (response === undefined) tally.dropped++;
    else if (((response[2] as number) & 2) === 0) tally.whole++;
    else {
      tally.slipped++;
      const records = [6, 8, 10].map((at) => Buffer.from(response).readUInt16BE(at));
      tally.slips.add(`rcode ${(response[3] as number) & 15}, ${records.join(' ')}, ${response.length} octets`);
    }
  }
  return tally;
}

const times = (make: (i: number) => Question): readonly Question[] => Array.from({ length: burst }, (_, i) => make(i));

describe.skipIf(!hasBind)('a burst', () => {
  // Each has a limit of its own, and waits for what never comes.
  it.concurrent.for<[string, (i: number) => Question, number]>([
    ['of one question', () => ({ name: 'www.rrl.test', type: 'A' }), 2],
    ['of one question in any case', (i) => ({ name: i % 2 === 0 ? 'NS1.rrl.test' : 'ns1.RRL.test', type: 'A' }), 2],
    ['for names that do not exist', (i) => ({ name: `none-${i}.rrl.test`, type: 'A' }), 2],
    ['for names of a wildcard', (i) => ({ name: `name-${i}.wild.rrl.test`, type: 'A' }), 2],
    ['for names below a cut', (i) => ({ name: `name-${i}.cut.rrl.test`, type: 'A' }), 2],
    ['for types that a name has not', (i) => ({ name: 'www.rrl.test', type: i % 2 === 0 ? 'MX' : 'TXT' }), 2],
    ['for an alias', () => ({ name: 'alias.rrl.test', type: 'A' }), 2],
    ['with EDNS', () => ({ name: 'other.rrl.test', type: 'A', edns: {} }), 2],
    ['for other zones: no error slips', (i) => ({ name: `name-${i}.example`, type: 'A' }), 0],
  ])('%s is held back as by BIND', async ([, make, slip], { expect }) => {
    const tallies = await Promise.all([bind, ringzone].map((judge) => flood(judge?.port as number, times(make))));
    for (const { whole, slipped, dropped } of tallies) {
      // BIND's seconds are those of the clock: a burst that meets the next one is given its tokens too.
      expect(whole).toBeGreaterThanOrEqual(perSecond);
      expect(whole).toBeLessThanOrEqual(2 * perSecond);
      expect(Math.abs(slipped - (slip === 0 ? 0 : (burst - whole) / slip))).toBeLessThanOrEqual(2);
      expect(whole + slipped + dropped).toBe(burst);
    }
    const [ofBind, ours] = tallies.map(({ slips }) => [...slips].toSorted());
    expect(ours).toEqual(ofBind);
  });

  it('of different questions is not held back, nor is one over TCP', async () => {
    const types = ['A', 'AAAA', 'TXT', 'MX'] as const;
    for (const judge of [bind, ringzone]) {
      const port = judge?.port as number;
      const asked = types.map((type) => buildQuery({ name: 'alias.rrl.test', type, tcp: true }));
      const responses = await Promise.all([...asked, ...asked, ...asked].map((q) => askRaw(port, q, { tcp: true })));
      expect(responses.filter((response) => response === undefined)).toEqual([]);
    }
  });

  it('is told of in the same words', async () => {
    for (const judge of [bind, ringzone])
      await flood(
        judge?.port as number,
        times(() => ({ name: 'rrl.test', type: 'NS' })),
      );
    const told = (judge: Judge | undefined) => {
      const lines = (judge?.log() ?? '').split('\n').filter((line) => line.includes(' for rrl.test IN NS'));
      const plain = lines.map(
        (line) => /(limit |client @\S+ )(.*) {2}\(/.exec(line)?.[0]?.replace(/@\S+ \S+/, '@') ?? '',
      );
      return [...new Set(plain)].toSorted();
    };
    await expect.poll(() => told(ringzone).length).toBeGreaterThanOrEqual(3);
    expect(told(ringzone)).toEqual(told(bind));
  });
});
