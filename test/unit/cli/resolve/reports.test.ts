/** A run against a server of a few lines, and what is made of it: text, JSON and picture. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { DnsClient } from '../../../../src/cli/resolve/dns-client.ts';
import { plotShares } from '../../../../src/cli/resolve/report/plot-svg.ts';
import { reportJson } from '../../../../src/cli/resolve/report/report-json.ts';
import { formatReport } from '../../../../src/cli/resolve/report/report-text.ts';
import { styleFor } from '../../../../src/cli/resolve/report/style.ts';
import { parseResolveRequest, type ResolveOptions } from '../../../../src/cli/resolve/resolve-request.ts';
import { type RunResult, runCalls } from '../../../../src/cli/resolve/run-calls.ts';
import { type DnsAnswer, type DnsQuestion, emptyAnswer } from '../../../../src/sip/location/dns-answer.ts';
import { FakeZone } from '../../sip/location/fake-zone.ts';
import { contentOf, findAll, parseXml } from './well-formed.ts';

const zone = new FakeZone(`
  _sip._udp.example.com 60 SRV 0 40 5060 one.example.com.
  _sip._udp.example.com 60 SRV 0 60 5060 two.example.com.
  _sip._udp.example.com 60 SRV 1 5 5060 backup.example.com.
  one.example.com 60 A 192.0.2.1
  two.example.com 60 A 192.0.2.2
  backup.example.com 60 A 192.0.2.3
`);

class FakeClient implements DnsClient {
  readonly asked: string[] = [];
  tcp = 0;
  answerTo: (question: DnsQuestion) => DnsAnswer = (question) => zone.answer(question);

  async ask(question: DnsQuestion): Promise<DnsAnswer> {
    this.asked.push(`${question.type} ${question.name}`);
    return this.answerTo(question);
  }

  async askOverTcp(question: DnsQuestion): Promise<DnsAnswer> {
    this.tcp++;
    return { ...zone.answer(question), overTcp: true, octets: 700 };
  }

  close(): void {}
}

async function run(options: ResolveOptions, client = new FakeClient(), target = 'example.com') {
  const request = parseResolveRequest(target, { server: '127.0.0.1:5300', seed: '5', ...options });
  return { request, result: await runCalls(request, client, () => undefined), client };
}

const plain = styleFor(new PassThrough());

function report({ request, result }: { request: Parameters<typeof formatReport>[0]; result: RunResult }): string {
  return formatReport(request, result, plain);
}

describe('the questions', () => {
  it('are one for each call, and the rest once', async () => {
    const { client } = await run({ as: 'cisco', calls: '100' });
    expect(client.asked.filter((asked) => asked.startsWith('SRV'))).toHaveLength(100);
    expect(client.asked.filter((asked) => !asked.startsWith('SRV'))).toHaveLength(3);
  });

  it('are shared by profiles that ask in the same way', async () => {
    const { client } = await run({ as: 'cisco,aastra,naive', calls: '50' });
    expect(client.asked.filter((asked) => asked.startsWith('SRV'))).toHaveLength(50);
  });

  it('are asked once with --cache', async () => {
    const { client } = await run({ as: 'pjsip', calls: '100', cache: true });
    expect(client.asked.filter((asked) => asked.startsWith('SRV'))).toHaveLength(1);
  });

  it('are for addresses in each call where there is no SRV', async () => {
    const { client } = await run({ as: 'pjsip', calls: '10' }, new FakeClient(), 'one.example.com');
    expect(client.asked.filter((asked) => asked === 'A one.example.com')).toHaveLength(10);
    expect(client.asked.filter((asked) => asked.startsWith('SRV'))).toHaveLength(1);
  });

  it('are asked again over TCP by those that do, after TC', async () => {
    const client = new FakeClient();
    client.answerTo = (question) => ({ ...zone.answer(question), truncated: question.type === 'SRV', answers: [] });
    const { result } = await run({ as: 'pjsip,linphone' }, client);
    expect(result.results.map(({ location }) => location.candidates.length)).toEqual([0, 3]);
    expect(client.tcp).toBe(1);
  });

  it('end where nothing is answered', async () => {
    const client = new FakeClient();
    client.answerTo = () => ({ ...emptyAnswer, failure: 'connection refused' });
    const { result } = await run({ as: 'all', calls: '10000' }, client);
    expect(result.unreachable).toBe('connection refused');
    expect(client.asked.length).toBeLessThan(4);
  });
});

describe('the shares', () => {
  it('are the same again with the same seed, and for a profile whoever is played beside it', async () => {
    const shares = async (as: string, seed: string) => {
      const { result } = await run({ as, calls: '500', seed });
      return result.results.find(({ profile }) => profile.name === 'snom')?.tally.counts;
    };
    expect(await shares('snom', '9')).toEqual(await shares('all', '9'));
    expect(await shares('snom', '9')).not.toEqual(await shares('snom', '10'));
  });

  it('stand beside the zone and the error', async () => {
    const text = report(await run({ as: 'yealink', calls: '1000' }));
    expect(text).toMatch(/^ {2}one\.example\.com:5060 +0\.0 % +40\.0 % +-40\.0$/m);
    expect(text).toMatch(/^ {2}two\.example\.com:5060 +100\.0 % +60\.0 % +\+40\.0$/m);
    expect(text).toMatch(/1000 calls, seed 5, 100\d DNS questions/);
    expect(text).not.toContain('#');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('say who gets through, and when, with a dead server', async () => {
    const text = report(await run({ as: 'pjsip,snom', calls: '1000', down: ['two'] }));
    expect(text).toMatch(/(5[6-9]|6[0-4])\.\d % of the calls are lost; the others get through at once/);
    expect(text).toMatch(/no call is lost\n {2}they get through after (1[89]|20)(\.\d)? s on average, 32 s at most/);
  });

  it('are compared with what the operator says where the server rewrites weights', async () => {
    const client = new FakeClient();
    let turn = 0;
    client.answerTo = (question) => {
      const answer = zone.answer(question);
      const answers = turn++ % 2 === 0 ? answer.answers : answer.answers.toReversed();
      return {
        ...answer,
        answers: answers.map((record, i) => (record.type === 'SRV' ? { ...record, weight: 100 - i } : record)),
      };
    };
    const first = await run({ as: 'naive', calls: '100' }, client);
    expect(report(first)).toMatch(/rewrites weights or priorities/);
    expect(report(first)).toMatch(/one\.example\.com:5060 +\d+\.\d % +- +-$/m);
    const second = await run({ as: 'naive', calls: '100', expect: ['one=40', 'two.example.com=60'] }, client);
    expect(report(second)).toMatch(/one\.example\.com:5060 +\d+\.\d % +40\.0 % +[+-]/m);
  });
});

describe('one call', () => {
  it('shows the chain, the order and what is down', async () => {
    const text = report(await run({ as: 'yealink', down: ['two.example.com'] }));
    expect(text).toBe(`example.com as yealink (T2 to T5), asking 127.0.0.1:5300

  NAPTR example.com
        no such records (may be kept for 60 s)
  SRV   _sip._udp.example.com
            60 s  0 40 5060 one.example.com
            60 s  0 60 5060 two.example.com
            60 s  1 5 5060 backup.example.com
  A     two.example.com
            60 s  192.0.2.2
  A     one.example.com
            60 s  192.0.2.1
  A     backup.example.com
            60 s  192.0.2.3

the order in which it would try
   1. two.example.com:5060 over UDP, 192.0.2.2  down
   2. one.example.com:5060 over UDP, 192.0.2.1  answers after 3.5 s
   3. backup.example.com:5060 over UDP, 192.0.2.3
`);
  });

  it('says why it is lost', async () => {
    expect(report(await run({ as: 'naive', down: ['one'] }))).toMatch(
      /lost after 32 s: this client does not try the next one/,
    );
    expect(report(await run({ as: 'aastra', down: ['one', 'two', 'backup'] }))).toMatch(
      /lost after 12 s: all of them are down/,
    );
    expect(report(await run({ as: 'rfc' }, new FakeClient(), 'example.org'))).toMatch(
      /no server is found: the call fails/,
    );
  });
});

describe('JSON', () => {
  it('has what the text has', async () => {
    const { request, result } = await run({ as: 'cisco', calls: '10', down: ['two'] });
    const json = JSON.parse(JSON.stringify(reportJson(request, result)));
    expect(json).toMatchObject({
      target: 'sip:example.com',
      server: '127.0.0.1:5300',
      calls: 10,
      seed: 5,
      down: ['two'],
      error: null,
      profiles: [
        {
          profile: 'cisco',
          steps: [{ type: 'SRV', finding: 'records', rcode: 0 }, { type: 'A' }, { type: 'A' }, { type: 'A' }],
          order: [{ host: 'two.example.com', port: 5060, transport: 'udp', priority: 0, weight: 60 }, {}, {}],
          firstCall: { reached: { host: 'one.example.com', port: 5060 }, seconds: 16 },
          worstErrorPoints: 40,
          lost: 0,
          meanSeconds: 16,
        },
      ],
    });
    expect(json.profiles[0].shares[1]).toEqual({
      server: 'one.example.com:5060',
      first: 0,
      reached: 10,
      firstShare: 0,
      reachedShare: 1,
      expectedShare: 0.4,
      errorPoints: -40,
    });
  });
});

describe('the picture', () => {
  it('is well-formed and has a bar for each server of each profile', async () => {
    const { request, result } = await run({ as: 'all', calls: '200' });
    const svg = parseXml(plotShares(request, result));
    expect(svg.attributes.get('xmlns')).toBe('http://www.w3.org/2000/svg');
    const bars = findAll(svg, 'rect').filter(({ attributes }) => attributes.has('fill'));
    expect(bars).toHaveLength(33);
    expect(bars.map((bar) => contentOf(bar))[0]).toBe('backup.example.com:5060: 0.0 %');
    expect(findAll(svg, 'text').map(contentOf)).toContain('100.0 % of 60.0 %');
    const widths = bars.map(({ attributes }) => Number(attributes.get('width')));
    expect(Math.max(...widths)).toBe(340);
    expect(Math.min(...widths)).toBe(0);
  });

  it('is well-formed whatever the names are, and without servers', async () => {
    const { request, result } = await run({ as: 'rfc' }, new FakeClient(), 'example.org');
    const odd = { ...request, text: `"a"&<b>'c'` };
    const svg = parseXml(plotShares(odd, result));
    expect(contentOf(findAll(svg, 'title')[0] as NonNullable<ReturnType<typeof parseXml>>)).toContain(`"a"&<b>'c'`);
    expect(findAll(svg, 'text').map(contentOf)).toContain('no server found');
  });
});
