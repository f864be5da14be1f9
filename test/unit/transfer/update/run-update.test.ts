/** RFC 2136 §3.2 to §3.4, form by form; update-agreement.test.ts asks BIND the same. */
import { describe, expect, it } from 'vitest';
import { runUpdate } from '../../../../src/transfer/update/run-update.ts';
import { parseUpdateMessage } from '../../../../src/transfer/update/update-message.ts';
import { Rcode } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { nameToWire } from '../../../interop/lib/names.ts';
import {
  add,
  addText,
  buildUpdate,
  removeName,
  removeRecord,
  removeRrset,
  type UpdateRecord,
} from '../../../interop/lib/update-message.ts';
import { NaiveContent } from './naive-content.ts';

const zone = 'dyn.test';
const [a, ns, cname, txt, any, axfr, ixfr, opt, tsig] = [1, 2, 5, 16, 255, 252, 251, 41, 250];

function zoneContent(): NaiveContent {
  const content = new NaiveContent();
  const records = [
    add(zone, 6, [...nameToWire('ns.dyn.test'), ...nameToWire('h.dyn.test'), ...Array.from({ length: 20 }, () => 1)]),
    add(zone, ns, nameToWire('ns.dyn.test')),
    add('ns.dyn.test', a, [192, 0, 2, 1]),
    add('www.dyn.test', a, [192, 0, 2, 80]),
    add('www.dyn.test', a, [192, 0, 2, 81]),
    add('alias.dyn.test', cname, nameToWire('www.dyn.test')),
  ];
  for (const { name, data, ttl, ...record } of records) {
    const owner = wireNameFrom(`${name}.`);
    const rdata = Uint8Array.from(data);
    const sizes = { ownerOctets: owner.length, rdataOctets: rdata.length };
    content.addRecord({ owner, rdata, ttlSeconds: ttl, ...record, ...sizes });
  }
  return content;
}

/** The RCODE, and the lines; the zone stays as it was unless it is NOERROR. */
function run(updates: readonly UpdateRecord[], prerequisites: readonly UpdateRecord[] = [], content = zoneContent()) {
  const parsed = parseUpdateMessage(buildUpdate(1, zone, updates, prerequisites));
  if (!parsed.ok) throw new Error('malformed test');
  const before = content.lines;
  const lines: string[] = [];
  const outcome = runUpdate(parsed.value, content, undefined, (line) => lines.push(line));
  if (!outcome.ok) {
    expect(content.lines).toEqual(before);
    expect(lines).toEqual([]);
  } else expect(outcome.value.isChanged).toBe(JSON.stringify(content.lines) !== JSON.stringify(before));
  return {
    rcode: outcome.ok ? 0 : outcome.error.rcode,
    reason: outcome.ok ? '' : outcome.error.reason,
    lines,
    content,
  };
}

const then = [addText('new.dyn.test', 'x')];
const none = (name: string, type: number): UpdateRecord => ({ name, type, class: 254, ttl: 0, data: [] });
const value = (name: string, type: number, data: readonly number[]): UpdateRecord => add(name, type, data, 0);

describe('prerequisites', () => {
  it.each<readonly [string, readonly UpdateRecord[], number]>([
    ['name in use', [removeName('www.dyn.test')], Rcode.noError],
    ['name in use, and is not', [removeName('absent.dyn.test')], Rcode.nxDomain],
    ['name not in use', [none('absent.dyn.test', any)], Rcode.noError],
    ['name not in use, and is', [none('WWW.dyn.test', any)], Rcode.yxDomain],
    ['set exists', [removeRrset('www.dyn.test', a)], Rcode.noError],
    ['set exists, and does not', [removeRrset('www.dyn.test', txt)], Rcode.nxRrset],
    ['set does not exist', [none('www.dyn.test', txt)], Rcode.noError],
    ['set does not exist, and does', [none('www.dyn.test', a)], Rcode.yxRrset],
    ['set has this value of two', [value('www.dyn.test', a, [192, 0, 2, 80])], Rcode.nxRrset],
    [
      'set has these values',
      [value('www.dyn.test', a, [192, 0, 2, 81]), value('WWW.dyn.test', a, [192, 0, 2, 80])],
      Rcode.noError,
    ],
    [
      'set has this value, written otherwise',
      [value('alias.dyn.test', cname, nameToWire('WWW.dyn.TEST'))],
      Rcode.noError,
    ],
    ['a TTL', [{ ...removeName('www.dyn.test'), ttl: 1 }], Rcode.formErr],
    ['data without a value to compare', [{ ...removeRrset('www.dyn.test', a), data: [1, 2, 3, 4] }], Rcode.formErr],
    ['data that must not be', [{ ...none('www.dyn.test', a), data: [1, 2, 3, 4] }], Rcode.formErr],
    ['a class of its own', [{ ...removeName('www.dyn.test'), class: 3 }], Rcode.formErr],
    ['a value of type ANY', [value('www.dyn.test', any, [])], Rcode.formErr],
    ['a name out of the zone', [removeName('www.elsewhere.test')], Rcode.notZone],
  ])('%s', (_, prerequisites, rcode) => {
    expect(run(then, prerequisites).rcode).toBe(rcode);
  });
});

describe('the forms of updates', () => {
  it.each<readonly [string, UpdateRecord, number]>([
    ['out of the zone', addText('x.elsewhere.test', 'x'), Rcode.notZone],
    ['a class of its own', { ...then[0], class: 3 } as UpdateRecord, Rcode.formErr],
    ['adding ANY', add('x.dyn.test', any, []), Rcode.formErr],
    ['adding AXFR', add('x.dyn.test', axfr, []), Rcode.formErr],
    ['adding OPT', add('x.dyn.test', opt, []), Rcode.formErr],
    ['adding TSIG', add('x.dyn.test', tsig, []), Rcode.formErr],
    ['adding type 0', add('x.dyn.test', 0, []), Rcode.formErr],
    ['adding without data', add('x.dyn.test', a, []), Rcode.formErr],
    ['removing a set with a TTL', { ...removeRrset('www.dyn.test', a), ttl: 1 }, Rcode.formErr],
    ['removing a set with data', { ...removeRrset('www.dyn.test', a), data: [1, 2, 3, 4] }, Rcode.formErr],
    ['removing a set of a type of questions', removeRrset('www.dyn.test', ixfr), Rcode.formErr],
    ['removing a record with a TTL', { ...removeRecord('www.dyn.test', a, [1, 2, 3, 4]), ttl: 1 }, Rcode.formErr],
    ['removing a record of type ANY', removeRecord('www.dyn.test', any, []), Rcode.formErr],
    ['a signer’s record', add('x.dyn.test', 47, [...nameToWire('y.dyn.test'), 0, 1, 0x40]), Rcode.refused],
  ])('%s: nothing is done, not even what stands before it', (_, record, rcode) => {
    expect(run([...then, record]).rcode).toBe(rcode);
  });

  it('looks at what may be changed before it tells what is there', () => {
    expect(run([addText('x.elsewhere.test', 'x')], [removeName('absent.dyn.test')]).rcode).toBe(Rcode.notZone);
  });
});

describe('the updates', () => {
  it('give a set one TTL, that of the record that came last', () => {
    const { content } = run([add('www.dyn.test', a, [192, 0, 2, 82], 7)]);
    expect(content.entries.filter(({ type, ttlSeconds }) => type === a && ttlSeconds === 7)).toHaveLength(3);
  });

  it('replace an alias and add no other beside it', () => {
    const { content, lines } = run([
      add('alias.dyn.test', cname, nameToWire('ns.dyn.test')),
      addText('alias.dyn.test', 'x'),
    ]);
    expect(content.entries.filter(({ type }) => type === cname)).toHaveLength(1);
    expect(lines.at(-1)).toBe('attempt to add non-CNAME alongside CNAME ignored');
  });

  it('leave SOA and the last NS', () => {
    const { content, rcode } = run([removeName(zone), removeRecord(zone, ns, nameToWire('ns.dyn.test'))]);
    expect(rcode).toBe(0);
    expect(content.entries.filter(({ type }) => type === ns || type === 6)).toHaveLength(2);
  });
});
