import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotDurableError } from '../../../../src/control/load/zone-writer.ts';
import { Rcode } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { nameToWire } from '../../../interop/lib/names.ts';
import { add, addText, buildUpdate, removeName, removeRrset } from '../../../interop/lib/update-message.ts';
import { soa } from '../load/loader-harness.ts';
import { UpdatesHarness } from './updates-harness.ts';

let harness: UpdatesHarness;
beforeEach(() => {
  harness = new UpdatesHarness();
  for (const name of ['d.test', 'e.test']) harness.loader.write(name, soa(1, 'www A 192.0.2.80\nalias CNAME www\n'));
});
afterEach(() => harness.end());

const [a, ns] = [1, 2];
const load = () => harness.loader.load(harness.loader.dynamic('d.test'), harness.loader.dynamic('e.test'));
const text = (number: number) => [addText(`t${number}.d.test`, `${number}`)];
const serial = () => harness.loader.zone('d.test').serial;
const names = () => harness.loader.records('d.test').filter((line) => line.startsWith('t'));

describe('updates of one zone', () => {
  beforeEach(load);

  it('that come together share one change, one serial, and one message to main', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => harness.send('d.test', text(i))));
    expect(results.map(({ rcode }) => rcode)).toEqual(Array.from({ length: 20 }, () => 0));
    expect({ commits: harness.commits, told: harness.told, serial: serial() }).toEqual({
      commits: 1,
      told: [20],
      serial: 2,
    });
    expect(names()).toHaveLength(20);
  });

  it('see what those before them have done', async () => {
    const [first, second] = await Promise.all([
      harness.send('d.test', text(1), [{ ...removeName('t1.d.test'), class: 254 }]),
      harness.send('d.test', text(2), [{ ...removeName('t1.d.test'), class: 254 }]),
    ]);
    expect([first.rcode, second.rcode]).toEqual([Rcode.noError, Rcode.yxDomain]);
    expect(second.lines).toEqual([
      "update unsuccessful: t1.d.test: 'name not in use' prerequisite not satisfied (YXDOMAIN)",
    ]);
  });

  it('are alone in failing where they would spoil the zone', async () => {
    const bad = [add('d.test', ns, nameToWire('nowhere.d.test'))];
    const results = await Promise.all([
      harness.send('d.test', text(1)),
      harness.send('d.test', bad),
      harness.send('d.test', [removeRrset('ns.d.test', a)]),
      harness.send('d.test', text(2)),
    ]);
    expect(results.map(({ rcode }) => rcode)).toEqual([0, Rcode.refused, Rcode.refused, 0]);
    expect(results[1]?.lines).toEqual([
      "adding an RR at 'd.test' NS nowhere.d.test.",
      'update rejected: post update name server sanity check failed',
    ]);
    expect(names()).toHaveLength(2);
    expect(serial()).toBe(3);
  });

  it('are alone in failing where one stumbles over a bug', async () => {
    const { store } = harness.loader.loader.writer;
    const { startChange } = store;
    let left = 2;
    store.startChange = (number) => {
      const change = startChange.call(store, number);
      const { addRecord } = change;
      change.addRecord = (record) => {
        if (record.owner[1] === 0x74 && record.owner[2] === 0x37 && left-- > 0) throw new Error('a bug');
        addRecord.call(change, record);
      };
      return change;
    };
    const results = await Promise.all([1, 7, 2].map((number) => harness.send('d.test', text(number))));
    expect(results.map(({ rcode }) => rcode)).toEqual([0, Rcode.servFail, 0]);
    expect(results[1]?.lines).toEqual(['update failed: a bug (SERVFAIL)']);
    expect(names()).toHaveLength(2);
  });

  it('change nothing where the disk does not take them, and go on when it does', async () => {
    harness.beforeCommit = (_, built) => {
      harness.loader.loader.writer.store.discard(built);
      throw new NotDurableError('no space left on the disk');
    };
    const results = await Promise.all([1, 2].map((number) => harness.send('d.test', text(number))));
    expect(results.map(({ rcode }) => rcode)).toEqual([Rcode.servFail, Rcode.servFail]);
    expect(results[0]?.lines).toEqual(['update failed: no space left on the disk (SERVFAIL)']);
    expect({ serial: serial(), names: names(), commits: harness.commits }).toEqual({
      serial: 1,
      names: [],
      commits: 1,
    });
    harness.beforeCommit = () => undefined;
    expect((await harness.send('d.test', text(3))).rcode).toBe(0);
    expect(names()).toHaveLength(1);
  });

  it('leave the serial where nothing changes in the end', async () => {
    expect((await harness.send('d.test', [...text(1), removeName('t1.d.test')])).rcode).toBe(0);
    expect((await harness.send('d.test', [removeName('t1.d.test')])).rcode).toBe(0);
    expect({ serial: serial(), commits: harness.commits }).toEqual({ serial: 1, commits: 0 });
  });

  it('put a thousand records into one set in a moment, and no more than a message can hold', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => add('m.d.test', a, [10, 0, i >> 8, i & 255]));
    const startMs = performance.now();
    expect((await harness.send('d.test', many)).rcode).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(3000);
    const large = (from: number) =>
      Array.from({ length: 150 }, (_, i) => addText('l.d.test', `${from + i}`.padEnd(250, 'x')));
    expect((await harness.send('d.test', large(0))).rcode).toBe(0);
    const { rcode, lines } = await harness.send('d.test', large(150));
    expect(rcode).toBe(Rcode.refused);
    expect(lines.at(-1)).toMatch(/^update rejected: l\.d\.test has 300 TXT records/);
  });

  it('of different zones do not wait for each other', async () => {
    const before = harness.commits;
    const [one, other] = await Promise.all([
      harness.send('d.test', text(1)),
      harness.send('e.test', [addText('t1.e.test', 'x')]),
    ]);
    expect([one.rcode, other.rcode, harness.commits - before]).toEqual([0, 0, 2]);
  });
});

describe('updates that are not done', () => {
  it('malformed: FORMERR', async () => {
    await load();
    const message = buildUpdate(1, 'd.test', text(1));
    const { rcode, lines } = await harness.sendOctets('d.test', message.subarray(0, message.length - 1));
    expect({ rcode, lines }).toEqual({ rcode: Rcode.formErr, lines: ['update failed: malformed message (FORMERR)'] });
  });

  it('of a zone that is not there, or a secondary: NOTAUTH', async () => {
    await harness.loader.load(harness.loader.secondary('d.test'));
    expect((await harness.send('d.test', text(1))).rcode).toBe(Rcode.notAuth);
    expect((await harness.send('none.test', text(1))).rcode).toBe(Rcode.notAuth);
  });

  it('of a zone that goes while they wait: NOTAUTH', async () => {
    await load();
    const pending = harness.send('d.test', text(1));
    await harness.loader.load(harness.loader.dynamic('e.test'));
    expect([Rcode.noError, Rcode.notAuth]).toContain((await pending).rcode);
    expect((await harness.send('d.test', text(2))).rcode).toBe(Rcode.notAuth);
    expect((await harness.send('e.test', [addText('t.e.test', 'x')])).rcode).toBe(0);
  });

  it('of a frozen zone: REFUSED in BIND’s words', async () => {
    await load();
    const id = { view: 0, class: 1, apex: wireNameFrom('d.test.') };
    await harness.loader.loader.command('freeze', id, false);
    const { rcode, lines } = await harness.send('d.test', text(1));
    expect(rcode).toBe(Rcode.refused);
    expect(lines).toEqual([
      "update failed: dynamic update temporarily disabled because the zone is frozen.  Use 'rndc thaw' to re-enable updates. (REFUSED)",
    ]);
    await harness.loader.loader.command('thaw', id, false);
    expect((await harness.send('d.test', text(1))).rcode).toBe(0);
  });

  it('of a zone that was not loaded: SERVFAIL', async () => {
    harness.loader.write('d.test', 'nonsense\n');
    await load();
    expect((await harness.send('d.test', text(1))).rcode).toBe(Rcode.servFail);
  });

  it('of a zone that comes signed: REFUSED', async () => {
    const nsec =
      '@ DNSKEY 257 3 13 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10hWg==\n@ NSEC ns.d.test. NS SOA NSEC\nns NSEC d.test. A NSEC\n';
    harness.loader.write('d.test', soa(1, nsec));
    await load();
    const { rcode, lines } = await harness.send('d.test', text(1));
    expect(rcode).toBe(Rcode.refused);
    expect(lines[0]).toContain('signed elsewhere');
  });

  it('with strict: what only a strict load refuses is refused, too', async () => {
    await load();
    const dangling = [add('s.d.test', 33, [0, 1, 0, 2, 0, 3, ...nameToWire('nowhere.d.test')])];
    expect((await harness.send('d.test', dangling)).rcode).toBe(0);
    const removal = [removeName('s.d.test')];
    expect((await harness.send('d.test', removal)).rcode).toBe(0);
    harness.updates.strict = true;
    expect((await harness.send('d.test', dangling)).rcode).toBe(Rcode.refused);
    const good = [add('s.d.test', 33, [0, 1, 0, 2, 0, 3, ...nameToWire('www.d.test')])];
    expect((await harness.send('d.test', good)).rcode).toBe(0);
    // What takes the address away from what points to it.
    expect((await harness.send('d.test', [removeName('www.d.test')])).rcode).toBe(Rcode.refused);
    expect((await harness.send('d.test', [...removal, removeName('www.d.test')])).rcode).toBe(0);
  });

  it('against the policy: REFUSED, by the key that it is signed with', async () => {
    const apex = wireNameFrom('phone.d.test.');
    const rules = [{ action: 'grant', identity: apex, match: 'self', name: undefined, types: [] }] as const;
    await harness.loader.load(harness.loader.dynamic('d.test', { update: { kind: 'policy', rules } }));
    const own = buildUpdate(1, 'd.test', [addText('phone.d.test', 'x')]);
    const foreign = buildUpdate(1, 'd.test', [addText('other.d.test', 'x')]);
    expect((await harness.sendOctets('d.test', own, 'phone.d.test')).rcode).toBe(0);
    const { rcode, lines } = await harness.sendOctets('d.test', foreign, 'phone.d.test');
    expect({ rcode, lines }).toEqual({ rcode: 5, lines: ['update failed: rejected by secure update (REFUSED)'] });
    // Without a signature no rule grants anything, whoever lets it come so far.
    expect((await harness.sendOctets('d.test', own)).rcode).toBe(5);
  });
});
