/** How much work one question can make, in calls: time would tell of the machine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { Type } from '../../../src/wire/codes.ts';
import { ResponseWriter } from '../../../src/wire/response.ts';
import { Served } from './served.ts';

const head = '$TTL 60\n@ SOA ns hostmaster 1 7200 3600 604800 900\n@ NS ns.other.test.\n';

function serve(lines: readonly string[]): Served {
  return new Served([{ apex: 'work.test.', text: `${head}${lines.join('\n')}\n` }]);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

afterEach(() => void vi.restoreAllMocks());

describe('the work that one question makes', () => {
  it('does not write sets that cannot fit, however many targets have one', () => {
    const targets = numbers(100).flatMap((i) => [
      `s SRV 0 0 5060 t${i}`,
      ...numbers(300).map((k) => `t${i} A 10.${i}.${k >> 8}.${k & 255}`),
    ]);
    const served = serve(targets);
    const write = vi.spyOn(ResponseWriter.prototype, 'writeRecord');
    const { message } = served.ask({ qname: 's.work.test.', qtype: Type.srv, edns: 1232 });
    expect(message.answer.length + message.additional.length).toBeLessThan(100);
    expect(write.mock.calls.length).toBeLessThanOrEqual(100);
    write.mockClear();
    const whole = served.ask({ qname: 's.work.test.', qtype: Type.srv, tcp: true }).message;
    expect(whole.additional.length).toBeGreaterThan(1000);
    const records = whole.answer.length + whole.authority.length + whole.additional.length;
    expect(write.mock.calls.length).toBe(records);
  });

  it('bounds the sets that it looks through for duplicates', () => {
    const served = serve(numbers(700).flatMap((i) => [`s SRV 0 0 ${i} t${i}`, `t${i} A 192.0.2.1`]));
    const { message } = served.ask({ qname: 's.work.test.', qtype: Type.srv, tcp: true });
    expect(message.answer.length).toBe(700);
    // Of 512 the SRV set is one and the apex NS another.
    expect(message.additional.length).toBe(510);
  });

  it('finds the signatures of each set beside it', () => {
    const served = serve(numbers(500).map((i) => `s TYPE${1000 + i} \\# 1 00`));
    const next = vi.spyOn(ZoneReader.prototype, 'nextRrset');
    const find = vi.spyOn(ZoneReader.prototype, 'findRrsig');
    const { message } = served.ask({ qname: 's.work.test.', qtype: Type.any, edns: 1232, dnssecOk: true, tcp: true });
    expect(message.answer.length).toBe(500);
    expect(next.mock.calls.length).toBeLessThanOrEqual(1010);
    expect(find.mock.calls.length).toBe(0);
  });

  it('hashes few names to find the closest one that is provable', () => {
    const text = readFileSync(join(import.meta.dirname, '../../golden/opt-out/optout.zone'), 'utf8');
    const served = new Served([{ apex: 'optout.test.', text }]);
    const find = vi.spyOn(ZoneReader.prototype, 'findNsec3AtOrBefore');
    served.ask({ qname: 'd.e.e.p.e.r.wild2.optout.test.', qtype: Type.a, edns: 1232, dnssecOk: true });
    // Nine labels: the delegation itself, the apex, two halvings, the next closer name.
    expect(find.mock.calls.length).toBe(5);
  });
});
