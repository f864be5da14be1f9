/** What the fuzzer has found, each as small as it was found. */
import { describe, expect, it, vi } from 'vitest';
import { editDistance } from '../../src/base/edit-distance.ts';
import { formatAddedZones, parseAddedZones } from '../../src/control/added-zones/added-zones-file.ts';
import { parseZoneBlock } from '../../src/control/added-zones/zone-block.ts';
import { LineFrames } from '../../src/control/channel/line-frames.ts';
import { parseConfig } from '../../src/control/config/read-config.ts';
import { parseNamedConfig } from '../../src/control/named-conf/parse-named-config.ts';
import { convertNamedConf } from '../../src/control/named-conf/yaml/convert-named-conf.ts';
import { ZoneStore } from '../../src/store/zone-store.ts';
import { applyDelta } from '../../src/transfer/journal/delta.ts';
import { RecordBuffer } from '../../src/transfer/journal/record-octets.ts';
import { formatName, wireNameFrom } from '../../src/wire/name.ts';
import { parseZone } from '../../src/zonefile/parse-zone.ts';
import type { RecordSink } from '../../src/zonefile/record-sink.ts';
import { openFromMemory } from '../../src/zonefile/zone-source.ts';

function parse(text: string, sink: RecordSink): string[] {
  const codes: string[] = [];
  const open = openFromMemory(new Map([['z', text]]));
  const apex = wireNameFrom('ex.test.');
  parseZone({ file: 'z', apex, open, sink, onDiagnostic: ({ code }) => codes.push(code) });
  return codes;
}

describe('a zone file', () => {
  it.each([
    ['two dots', 'a..'],
    ['a label of 64 octets', `b.${'a'.repeat(64)}`],
    ['an escape that is none', 'www\\999'],
  ])('whose owner is no name (%s) gives no records of half of it to the lines behind', (_, owner) => {
    const owners: string[] = [];
    const text = `$TTL 60\nfirst A 192.0.2.1\n${owner} A 192.0.2.2\n A 192.0.2.3\n TXT "x"\nnext A 192.0.2.4\n A 192.0.2.5\n`;
    const codes = parse(text, { addRecord: (record) => owners.push(formatName(record.owner)) });
    expect(owners).toEqual(['first.ex.test.', 'next.ex.test.', 'next.ex.test.']);
    // Once is enough: what hangs on it has no fault of its own.
    expect(codes).toEqual(['ZF09']);
  });
});

describe('a named.conf', () => {
  const codesOf = (text: string) => {
    const read = parseNamedConfig(text, 'named.conf', { interfaces: {} });
    return read.ok ? [] : read.error.map(({ code }) => code);
  };

  it.each([
    ['a NUL', 'a\0b'],
    ['a name that is too long', 'x'.repeat(5000)],
    ['a file on its way', '/etc/passwd/x'],
  ])('whose directory has %s does not exist', (_, path) => {
    expect(codesOf(`options { directory "${path}"; };`)).toEqual(['NC01']);
  });

  it.each(['a\0b', 'x'.repeat(5000)])('with a journal that cannot be looked at is read', (path) => {
    const zone = `zone "z.test" { type primary; file "${path}"; allow-update { any; }; };`;
    expect(() => codesOf(zone)).not.toThrow();
  });

  it.each([
    ['zone', 'a\nb', 'file'],
    ['zone', 'tail\n', 'file'],
    ['zone', '\0\0\n', 'file'],
    ['file', 'z.test', ' \n'],
    ['file', 'z.test', 'a\n  b\n'],
    ['zone', 'acl a{b', 'file'],
    ['zone', 'options {', 'file'],
  ])('whose %s has line ends or looks like a statement is converted (%j, %j)', (_, name, file) => {
    const converted = convertNamedConf(`zone "${name}" { type primary; file "/${file}"; };`, 'named.conf', {
      interfaces: {},
    });
    const read = converted.ok ? parseConfig(converted.value.yaml, 'ringzone.yaml', { interfaces: {} }) : converted;
    expect(read.ok && read.value.zones.map((zone) => zone.file)).toEqual([`/${file}`]);
  });

  it('with a thousand unknown words and secrets in one line is told of soon', () => {
    const words = 'options-with-a-long-name-that-is-unknown; '.repeat(300);
    const secrets = 'secret "6vOHn6"; '.repeat(300);
    expect(codesOf(`key k { ${secrets} }; ${words}`).length).toBeGreaterThan(100);
  });
});

it('words are told apart as far as it matters, and no farther', () => {
  const pairs = [
    ['recursion', 'recursoin'],
    ['allow-query', 'alow-querry'],
    ['a', 'abcdefghij'],
    ['listen-on', 'listen-no-v6'],
    ['', 'x'],
    ['zone', 'enoz'],
  ] as const;
  for (const [a, b] of pairs) {
    const distance = editDistance(a, b);
    for (let most = 0; most < 12; most++) {
      const bounded = editDistance(a, b, most);
      if (distance <= most) expect(bounded).toBe(distance);
      else expect(bounded).toBeGreaterThan(most);
    }
  }
});

describe('YAML', () => {
  it('with an alias of nothing is refused, wherever it is read', () => {
    for (const text of ['*a', ':\n :\n  : *a', 'zones: { a.test: *b }']) {
      const config = parseConfig(text, 'ringzone.yaml', { interfaces: {} });
      expect(config.ok).toBe(false);
      const added = parseAddedZones('added-zones.yaml', text);
      expect(added.ok).toBe(false);
    }
    expect(parseZoneBlock('a.test', '{ type: *a }', 'addzone', '/').ok).toBe(false);
  });

  it('with a map for a key is refused by us, and nothing else is said', async () => {
    const said = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    expect(parseConfig('{ a: b }: 1\n[c]: 2\n', 'ringzone.yaml', { interfaces: {} }).ok).toBe(false);
    expect(said).not.toHaveBeenCalled();
    said.mockRestore();
  });

  it('of added zones is read as it was written, whatever their names', () => {
    const names = [
      '---',
      '\u00a0',
      '\ufeff',
      'a\u2028b',
      '"',
      "'",
      '#',
      '- a',
      '!x',
      '*',
      '? ',
      '{',
      'null',
      '\u00e9',
      ' a ',
    ];
    for (const name of names) {
      const read = parseAddedZones('added-zones.yaml', JSON.stringify({ zones: { [name]: { file: 'x' } } }));
      expect(read.ok, name).toBe(true);
      if (!read.ok) continue;
      const again = parseAddedZones('added-zones.yaml', formatAddedZones(read.value.kept));
      expect(again.ok && again.value.kept.map((zone) => [zone.name, zone.settings]), name).toEqual([
        [name, { file: 'x' }],
      ]);
    }
  });
});

describe('the control socket', () => {
  it('gathers a line that comes octet by octet without copying it for each', () => {
    const frames = new LineFrames(65_536);
    const set = vi.spyOn(Buffer.prototype, 'set');
    let copied = 0;
    set.mockImplementation(function (this: Buffer, ...args: unknown[]) {
      const [source, offset = 0] = args as [ArrayLike<number>, number | undefined];
      copied += source.length;
      for (let i = 0; i < source.length; i++) this[offset + i] = source[i] as number;
    });
    const text = 'x'.repeat(60_000);
    let lines: readonly string[] | undefined = [];
    for (const octet of Buffer.from(`${text}\n`)) lines = frames.push(Uint8Array.of(octet));
    set.mockRestore();
    expect(lines).toEqual([text]);
    expect(copied).toBeLessThan(300_000);
  });

  it('finds lines and what is too long however they are cut', () => {
    const text = Buffer.from('one\n\ntwo three\nfour');
    for (let step = 1; step <= text.length; step++) {
      const frames = new LineFrames(9);
      const found: string[] = [];
      for (let at = 0; at < text.length; at += step)
        found.push(...(frames.push(text.subarray(at, at + step)) ?? ['?']));
      expect(found).toEqual(['one', '', 'two three']);
    }
    expect(new LineFrames(9).push(Buffer.from('0123456789\n'))).toBeUndefined();
    expect(new LineFrames(9).push(Buffer.from('0123456789'))).toBeUndefined();
    expect(new LineFrames(9).push(Buffer.of(0xff, 10))).toBeUndefined();
  });
});

it('a difference whose second SOA has another owner is none', () => {
  const apex = wireNameFrom('ex.test.');
  const store = ZoneStore.create({ maxOctets: 1 << 26 });
  const [number = 0] = store.declareZones([{ view: 0, class: 1, apex }]);
  const soa = (owner: string, serial: number) => `${owner} 60 SOA ns h ${serial} 2 3 4 5\n`;
  const builder = store.startZone(apex, 1);
  parse(`${soa('@', 1)}@ 60 NS ns\nns 60 A 192.0.2.1\n`, builder);
  store.publish(number, builder.finish());
  const apply = (owner: string) => {
    const buffer = new RecordBuffer();
    parse(soa('@', 1) + soa(owner, 2), { addRecord: (record) => buffer.add(record) });
    const change = store.startChange(number);
    const problem = applyDelta(change, { fromSerial: 1, toSerial: 2, octets: buffer.octets });
    change.discard();
    return problem?.kind;
  };
  expect(apply('elsewhere')).toBe('malformed');
  expect(apply('EX.test.')).toBeUndefined();
});
