/** Views beside BIND 9.18: the same view answers the same message, and is told of in the same lines. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCommand, type Judge } from '../lib/judge.ts';
import { type DigQuestion, dig, startBind, startRingzone, type TestView, zoneName } from './view-servers.ts';

/** Of each kind one, in an order in which it matters. */
const views: readonly TestView[] = [
  { name: 'keyed', clients: ['!key outer', 'key inner'], octet: 1 },
  { name: 'elsewhere', destinations: ['!127.0.0.1', 'any'], clients: ['!127.0.0.4', 'any'], octet: 2 },
  { name: 'recursive', clients: ['127.0.0.3', '127.0.0.2'], recursiveOnly: true, octet: 3 },
  { name: 'inside', clients: ['127.0.0.2', '!127.0.0.3', '127.0.0.2/31'], octet: 4 },
  { name: 'outside', clients: ['key outer', '127.0.0.1'], octet: 5 },
];

const sources = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
const signatures: readonly Partial<DigQuestion>[] = [
  {},
  { key: 'inner' },
  { key: 'outer' },
  { key: 'unused' },
  { key: 'inner', isWrong: true },
];
const kinds: readonly Partial<DigQuestion>[] = [
  { flags: ['+norec'] },
  { flags: ['+rec'] },
  { flags: ['+tcp'] },
  { name: `_sip._udp.${zoneName}`, type: 'SRV' },
  { name: 'elsewhere.example' },
  { name: zoneName, type: 'AXFR' },
  { name: 'elsewhere.example', type: 'AXFR' },
  { name: zoneName, type: 'SOA', flags: ['+opcode=NOTIFY'] },
];
const fromHere = sources.flatMap((from) =>
  signatures.flatMap((signature) => kinds.map((kind): DigQuestion => ({ from, ...signature, ...kind }))),
);
const fromIpv6 = signatures.map((signature): DigQuestion => ({ to: '::1', ...signature }));

/** What the view is told of in: without ports, objects and places in BIND's source. */
function linesOf(judge: Judge): readonly string[] {
  return judge
    .log()
    .split('\n')
    .filter((line) =>
      /^(queries|query-errors|security|notify|xfer-out): \w+( \d+)?: client |no matching view/.test(line),
    )
    .filter((line) => !/starting maxtime timer|zone transfer setup failed|set ede|IXFR poll/.test(line))
    .map((line) =>
      line
        .replace(/@0x[0-9a-f]+/, '@')
        .replace(/#\d+/, '#')
        .replace(/ at query\.c:\d+/, '')
        .replace(/\d+ bytes, [\d.]+ secs \(\d+ bytes\/sec\)/, 'so many bytes'),
    )
    .toSorted();
}

describe.skipIf(findCommand('named') === undefined || findCommand('dig') === undefined)('views beside BIND', () => {
  let bind: Judge;
  let ringzone: Judge;

  beforeAll(async () => {
    const started = await Promise.all([
      startBind(views, 'listen-on port PORT { any; }; listen-on-v6 port PORT { any; };'),
      startRingzone(views, ['0.0.0.0:PORT', '[::]:PORT']),
    ]);
    [bind, ringzone] = started as [Judge, Judge];
  });
  afterAll(async () => {
    await bind?.stop();
    await ringzone?.stop();
  });

  async function compare(questions: readonly DigQuestion[]): Promise<void> {
    const left = [...questions];
    const differing: unknown[] = [];
    const askOn = async () => {
      for (let question = left.pop(); question !== undefined; question = left.pop()) {
        const [theirs, told] = await Promise.all([dig(bind.port, question), dig(ringzone.port, question)]);
        // Said here, where BIND says nothing: no zone encloses the name.
        const ours = told.replace(' | EDE: 20', '');
        if (theirs !== ours) differing.push({ question, theirs, ours });
      }
    };
    await Promise.all(Array.from({ length: 6 }, askOn));
    expect(differing).toEqual([]);
  }

  test('the same answers by address, key, RD and transport, and the same log lines', async () => {
    await compare(fromHere);
    // What a server has written last may still be on its way.
    await expect.poll(() => linesOf(ringzone)).toEqual(linesOf(bind));
    const told = linesOf(bind).join('\n');
    for (const { name } of views) if (name !== 'elsewhere') expect(told).toContain(`: view ${name}: `);
    expect(told).toContain("no matching view in class 'IN'");
  }, 60_000);

  test('the same by the address that was asked, on wildcard sockets', async () => {
    await compare(fromIpv6);
    expect(await dig(ringzone.port, { to: '::1' })).toContain('10.2.0.1');
    expect(await dig(ringzone.port, { to: '127.0.0.7' })).toContain('10.2.0.1');
    expect(await dig(ringzone.port, { to: '127.0.0.7', flags: ['+tcp'] })).toContain('10.2.0.1');
    expect(await dig(ringzone.port, { to: '127.0.0.1' })).toContain('10.5.0.1');
  });
});
