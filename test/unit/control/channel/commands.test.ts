/** What each word says, in BIND's words and layouts where BIND has them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { controlCommands } from '../../../../src/control/channel/commands/control-commands.ts';
import type { ControlResponse } from '../../../../src/control/channel/messages.ts';
import { controlWords } from '../../../../src/control/channel/words.ts';
import { describeZone, FakeTarget } from './fake-target.ts';

const dynamic = describeZone('dyn.test', { isDynamic: true });
const secondary = describeZone('sec.test', { type: 'secondary', files: [] });

function targetOf(...more: Parameters<typeof describeZone>[]): FakeTarget {
  const zones = more.map((parts) => describeZone(...parts));
  return new FakeTarget(describeZone('st.test'), dynamic, secondary, ...zones);
}

async function say(line: string, target = targetOf()): Promise<ControlResponse> {
  const [word = '', ...args] = line.split(' ');
  const known = controlWords.find(({ name }) => name === word);
  if (known === undefined) throw new Error(word);
  return await controlCommands[known.name](args, target);
}

/** As `rndc` prints it. */
async function text(line: string, target?: FakeTarget): Promise<string> {
  const response = await say(line, target);
  return response.ok
    ? response.text
    : [`'${line.split(' ')[0]}' failed: ${response.failure}`, response.text].join('\n');
}

test('status has the lines of BIND in their order', async () => {
  const lines = (await text('status')).split('\n');
  expect(lines.map((line) => line.split(/: | is /)[0])).toEqual([
    'version',
    expect.stringMatching(/^running on /),
    'boot time',
    'last configured',
    'configuration file',
    'CPUs found',
    'worker threads',
    'UDP listeners per interface',
    'number of zones',
    'debug level',
    'xfers running',
    'xfers deferred',
    'soa queries in progress',
    'query logging',
    'recursive clients',
    'tcp clients',
    'TCP high-water',
    'server',
  ]);
  expect(lines).toContain('boot time: Sun, 22 Nov 2026 20:39:44 GMT');
  expect(lines).toContain('query logging is OFF');
  expect(lines).toContain('xfers deferred: 2');
  expect(lines).toContain('tcp clients: 0/150');
  expect(lines.at(-1)).toBe('server is up and running');
});

describe('zonestatus', () => {
  test('of a primary', async () => {
    expect(await text('zonestatus st.test')).toBe(`name: st.test
type: primary
files: /zones/st.test
serial: 1
nodes: 2
last loaded: Sun, 22 Nov 2026 20:39:44 GMT
secure: no
dynamic: no
reconfigurable via modzone: no`);
  });

  test('of a dynamic one, frozen and with trouble', async () => {
    const target = targetOf(['dyn.test', { isDynamic: true, isFrozen: true, trouble: 'journal out of sync' }]);
    expect(await text('zonestatus DYN.test.', target)).toMatch(
      /\ndynamic: yes\nfrozen: yes\nreconfigurable via modzone: no\ntrouble: journal out of sync$/,
    );
  });

  test('of a secondary', async () => {
    const lines = (await text('zonestatus sec.test IN _default')).split('\n');
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'name',
      'type',
      'serial',
      'nodes',
      'last loaded',
      'next refresh',
      'expires',
      'secure',
      'dynamic',
      'reconfigurable via modzone',
    ]);
    expect(lines).toContain('expires: Sun, 29 Nov 2026 20:39:44 GMT');
  });

  test('of one that is published, or was', async () => {
    const target = targetOf(
      ['p.test', { serial: 12, published: { fileSerial: 7, degradedSets: 2, trouble: undefined } }],
      ['dyn.test', { published: { fileSerial: undefined, degradedSets: 0, trouble: 'it is signed' } }],
    );
    expect(await text('zonestatus p.test', target)).toMatch(
      /\npublished serial: 12\nfile serial: 7\nhealth published: yes, 2 of its sets degraded$/,
    );
    expect(await text('zonestatus dyn.test', target)).toMatch(/: no\nhealth published: no: it is signed$/);
  });

  test('of one that is not loaded', async () => {
    const target = targetOf(['off.test', { serial: undefined }]);
    expect(await text('zonestatus off.test', target)).toBe("'zonestatus' failed: zone not loaded\n");
  });
});

describe('a zone that is none', () => {
  test.each([
    ['notify', "'notify' failed: unexpected end of input\na zone is missing"],
    ['notify nope.test', "'notify' failed: not found\nno matching zone 'nope.test' in any view"],
    ['reload nope.test', "'reload' failed: not found\nno matching zone 'nope.test' in any view"],
    ['reload nope.test IN _default', "'reload' failed: not found\nno matching zone 'nope.test' in view '_default'"],
    ['reload st.test IN inside', "'reload' failed: not found\nno matching view 'inside'"],
    ['freeze st.test XX', `'freeze' failed: unknown class/type\nno class "XX"`],
    ['thaw a..b', `'thaw' failed: empty label\n"a..b" is not a domain name`],
    ['sync st.test IN _default x', `'sync' failed: extra input text\n"x" stands behind the view`],
    [`refresh ${'x'.repeat(64)}`, `'refresh' failed: label too long\n"${'x'.repeat(64)}" is not a domain name`],
  ])('%s', async (line, expected) => expect(await text(line)).toBe(expected));

  test('a class is read as rndc reads it', async () => {
    expect(await text('notify st.test in')).toBe('zone notify queued');
    expect(await text('notify st.test chaos')).toBe('zone notify queued');
  });
});

describe('reload', () => {
  test('of everything', async () => {
    const target = targetOf();
    expect(await text('reload', target)).toBe('server reload successful');
    expect(await text('reconfig', target)).toBe('');
    expect(target.done).toEqual(['reload', 'reconfig']);
  });

  test('fails where zones are refused, and names them', async () => {
    const target = targetOf();
    const summary = { zones: 30, loadedZones: 5, refusedZones: 25, waitingZones: 0, records: 6 };
    target.outcome = { kind: 'done', summary, refusals: Array.from({ length: 25 }, (_, i) => `zone z${i}.test/IN: x`) };
    const lines = (await text('reload', target)).split('\n');
    expect(lines[0]).toBe("'reload' failed: 25 of 30 zones refused");
    expect(lines[1]).toBe('zone z0.test/IN: x');
    expect(lines.slice(21)).toEqual([
      'and 5 more: see the log',
      'what was served of them stays in service',
      'hint: reload ZONE names the places, and ringzone check',
    ]);
  });

  test('fails with a bad configuration', async () => {
    const target = targetOf();
    const diagnostic = {
      severity: 'error',
      code: 'CF04',
      message: 'unknown key "zone"',
      file: 'r.yaml',
      line: 2,
    } as const;
    target.outcome = { kind: 'invalid', diagnostics: [diagnostic] };
    expect(await text('reload', target)).toMatch(
      /^'reload' failed: bad configuration\nr\.yaml:2.*unknown key "zone".*\nthe configuration before stays in force/,
    );
  });

  const outcome = { name: 'st.test', title: 'st.test/IN', class: 1, file: '/zones/st.test' };
  const loaded = {
    ...outcome,
    kind: 'loaded',
    previousSerial: 1,
    isSigned: false,
    records: 3,
    loadMs: 1,
    diagnostics: [],
  } as const;
  test.each([
    [{ kind: 'left' }, 'zone reload up-to-date'],
    [{ ...loaded, serial: 2, differences: undefined }, 'zone reload successful'],
    [
      { ...loaded, serial: 1, differences: 4 },
      'zone reload successful\nWARNING: serial 1 is that of before, and 4 records differ: secondaries keep the old ones',
    ],
    [
      {
        ...outcome,
        kind: 'refused',
        diagnostics: [],
        refusal: 'st.test: 1 error (bad TTL); not loaded',
        servedSerial: 1,
      },
      "'reload' failed: 1 error (bad TTL)\nserial 1 stays in service",
    ],
    [
      { ...outcome, kind: 'not-raised', serial: 1, servedSerial: 2 },
      "'reload' failed: serial not raised\nthe file has serial 1, and 2 is served: raise it",
    ],
    [{ ...outcome, kind: 'changed' }, "'reload' failed: failure\nits file changes while it is read"],
  ] as const)('of one zone: %j', async (reloaded, expected) => {
    const target = targetOf();
    target.reloaded = reloaded;
    expect(await text('reload st.test', target)).toBe(expected);
  });

  test('a dynamic zone is frozen first', async () => {
    expect(await text('reload dyn.test')).toMatch(/^'reload' failed: dynamic zone\n/);
    const target = targetOf(['dyn.test', { isDynamic: true, isFrozen: true }]);
    expect(await text('reload dyn.test', target)).toBe('zone reload up-to-date');
  });

  test('a secondary is refreshed', async () => {
    const target = targetOf();
    expect(await text('reload sec.test', target)).toMatch(
      /^'reload' failed: failure\nzone sec.test\/IN: no primary gave it/,
    );
    expect(target.done).toEqual(['refresh']);
  });
});

describe('refresh and retransfer', () => {
  const primary = { address: '192.0.2.1', port: 53, key: undefined, tls: undefined };
  const soa = { refreshSeconds: 1, retrySeconds: 1, expireSeconds: 1 };

  test('are for secondaries', async () => {
    expect(await text('refresh st.test')).toBe("'refresh' failed: failure\nnot a secondary, mirror, or stub zone");
    expect(await text('retransfer st.test')).toBe(
      "'retransfer' failed: failure\nretransfer: inappropriate zone type: primary",
    );
  });

  test('tell what came of it', async () => {
    const target = targetOf();
    target.refreshed = { kind: 'current', primary, expireSeconds: undefined };
    expect(await text('refresh sec.test', target)).toBe('zone refresh up-to-date');
    target.refreshed = { kind: 'lower' };
    expect(await text('refresh sec.test', target)).toMatch(/lower serial than ours \(7\)$/);
    const done = { serial: 8, soa } as never;
    target.refreshed = { kind: 'transferred', primary, done, expireSeconds: undefined };
    expect(await text('refresh sec.test', target)).toBe('zone refresh successful');
    expect(await say('retransfer sec.test', target)).toEqual({
      ok: true,
      text: '',
      data: { result: 'transferred', serial: 8 },
    });
    expect(target.done).toEqual(['refresh', 'refresh', 'refresh', 'retransfer']);
  });
});

describe('freeze, thaw and sync', () => {
  const frozen = () => targetOf(['dyn.test', { isDynamic: true, isFrozen: true }]);

  test.each([
    ['freeze dyn.test', '', ['freeze']],
    ['freeze', '', ['freeze all']],
    ['freeze st.test', "'freeze' failed: not dynamic\n", []],
    ['freeze sec.test', "'freeze' failed: not primary\n", []],
    ['thaw dyn.test', '', ['thaw']],
    ['thaw st.test', '', []],
    ['thaw', '', ['thaw all']],
    ['sync', '', ['sync all']],
    ['sync -clean', '', ['sync clean all']],
    ['sync dyn.test', '', ['sync']],
    ['sync -clean dyn.test', '', ['sync clean']],
    ['sync sec.test', '', []],
  ])('%s', async (line, expected, done) => {
    const target = targetOf();
    expect(await text(line, target)).toBe(expected);
    expect(target.done).toEqual(done);
  });

  test('of a frozen zone', async () => {
    expect(await text('freeze dyn.test', frozen())).toBe(`'freeze' failed: already frozen
WARNING: The zone was already frozen.
Someone else may be editing it or it may still be re-loading.`);
    expect(await text('thaw dyn.test', frozen())).toBe('The zone reload and thaw was successful.');
  });

  test('of one whose changes are lost', async () => {
    const target = targetOf(['dyn.test', { isDynamic: true, trouble: 'a change is missing' }]);
    expect(await text('thaw dyn.test', target)).toMatch(/goes on with what is served/);
  });

  test('that fail', async () => {
    const target = targetOf();
    target.problem = 'no space left on device';
    expect(await text('sync dyn.test', target)).toBe(
      "'sync' failed: failure\nzone dyn.test/IN: no space left on device",
    );
  });
});

describe('journal', () => {
  const journal = { oldestSerial: 3, newestSerial: 9, octets: 1234 };

  test('check and reset', async () => {
    const target = targetOf(['dyn.test', { isDynamic: true, journal }]);
    expect(await text('journal check dyn.test', target)).toBe(
      'zone dyn.test/IN: journal good, serials 3 to 9, 1234 octets',
    );
    expect(await text('journal reset dyn.test', target)).toMatch(/journal good/);
    expect(target.done).toEqual(['check-journal', 'reset-journal']);
    expect(await text('journal mend dyn.test')).toMatch(/^'journal' failed: syntax error/);
  });

  test('damage is named with what to do', async () => {
    const target = targetOf(['dyn.test', { isDynamic: true, journal }]);
    target.problem = 'the change from serial 5 is damaged';
    expect(await text('journal check dyn.test', target)).toMatch(
      /serial 5 is damaged\nto repair it: ringzone ctl journal reset/,
    );
    const copy = targetOf(['sec.test', { type: 'secondary', journal }]);
    copy.problem = 'its copy on disk is damaged: part 1 of 3 is missing';
    expect(await text('journal check sec.test', copy)).toMatch(/to repair it: ringzone ctl retransfer sec.test$/);
  });
});

describe('logs', () => {
  test('querylog', async () => {
    const target = targetOf();
    expect(await say('querylog on', target)).toEqual({ ok: true, text: '', data: { queryLog: true } });
    expect(await say('querylog', target)).toMatchObject({ data: { queryLog: false } });
    expect(await say('querylog', target)).toMatchObject({ data: { queryLog: true } });
    expect(await say('querylog OFF', target)).toMatchObject({ data: { queryLog: false } });
    expect(await text('querylog x', target)).toMatch(/^'querylog' failed: syntax error/);
  });

  test('trace and notrace', async () => {
    const target = new FakeTarget();
    expect(await say('trace', target)).toEqual({ ok: true, text: '', data: { debugLevel: 1 } });
    expect(await say('trace', target)).toMatchObject({ data: { debugLevel: 2 } });
    expect(await say('trace 9', target)).toMatchObject({ data: { debugLevel: 9 } });
    expect(await text('status', target)).toMatch(/^debug level: 9$/m);
    for (const bad of ['x', '-1', '100', '5000000000', '1.5']) {
      expect(await text(`trace ${bad}`, target)).toMatch(/^'trace' failed: out of range/);
    }
    expect(target.debugLevel).toBe(9);
    expect(await say('notrace', target)).toMatchObject({ data: { debugLevel: 0 } });
    expect(await text('trace 1 2', target)).toMatch(/^'trace' failed: syntax error/);
  });

  test('closelogs', async () => {
    const target = targetOf();
    expect(await text('closelogs', target)).toBe('');
    target.problem = 'logging channel l: cannot open /l: permission denied';
    expect(await text('closelogs', target)).toBe(`'closelogs' failed: failure\n${target.problem}`);
  });
});

describe('dnstap', () => {
  test.each([
    ['dnstap -reopen', 'dnstap undefined'],
    ['dnstap-reopen', 'dnstap undefined'],
    ['dnstap -roll', 'dnstap configured'],
    ['dnstap -roll 3', 'dnstap 3'],
    ['dnstap -roll 0', 'dnstap Infinity'],
  ])('%s', async (words, done) => {
    const target = targetOf();
    expect(await text(words, target)).toBe('');
    expect(target.done).toEqual([done]);
  });

  test.each(['dnstap', 'dnstap -foo', 'dnstap -roll 3 x', 'dnstap -reopen 3', 'dnstap -roll -1', 'dnstap-reopen x'])(
    'not %s',
    async (words) => {
      const target = targetOf();
      expect(await text(words, target)).toMatch(/failed: (syntax error|not a valid number)/);
      expect(target.done).toEqual([]);
    },
  );

  test('where it is off, or fails', async () => {
    const target = targetOf();
    target.dnstapReopening = { kind: 'off' };
    expect(await text('dnstap -roll', target)).toBe("'dnstap' failed: not found\ndnstap is not on");
    target.dnstapReopening = { kind: 'failed', reason: 'dnstap file /a: the disk is full' };
    expect(await text('dnstap-reopen', target)).toBe(
      "'dnstap-reopen' failed: failure\ndnstap file /a: the disk is full",
    );
  });
});

test('stats has the layout of named.stats', async () => {
  const lines = (await text('stats')).split('\n');
  expect(lines[0]).toMatch(/^\+\+\+ Statistics Dump \+\+\+ \(\d+\)$/);
  expect(lines).toContain('++ Incoming Queries ++');
  expect(lines.at(-1)).toMatch(/^--- Statistics Dump --- \(\d+\)$/);
});

test('docs/ctl.md has every word', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/ctl.md'), 'utf8');
  expect(controlWords.filter(({ name }) => !text.includes(`| \`${name}`))).toEqual([]);
});

test('words that take nothing take nothing', async () => {
  for (const word of ['status', 'reconfig', 'stats', 'version', 'stop', 'closelogs']) {
    expect(await text(`${word} x`)).toMatch(/failed: syntax error/);
  }
});
