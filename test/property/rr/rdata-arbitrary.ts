/** Valid RDATA of any row, made from the kinds of its fields. */
import fc from 'fast-check';
import type { Field } from '../../../src/rr/field.ts';
import type { RrType } from '../../../src/rr/table.ts';

type Octets = fc.Arbitrary<Uint8Array>;

/** Octets of any valid RDATA of the type, before its data rule (which a test filters by). */
export function rdataOf(row: RrType): Octets {
  if (row.fields === undefined) return octets(0, 40);
  return join(row.fields.map(fieldOctets));
}

function fieldOctets(field: Field): Octets {
  const make = arbitraries[field.kind];
  if (make === undefined) throw new Error(`no arbitrary for fields of kind ${field.kind}`);
  return make();
}

function join(parts: readonly Octets[]): Octets {
  return fc.tuple(...parts).map((chunks) => Uint8Array.from(Buffer.concat(chunks)));
}

function octets(minLength: number, maxLength: number): Octets {
  return fc.uint8Array({ minLength, maxLength });
}

function constant(...values: number[]): Octets {
  return fc.constant(Uint8Array.from(values));
}

/** A label's octets are any at all. */
function name(): Octets {
  return fc
    .array(octets(1, 12), { maxLength: 5 })
    .map((labels) => Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]));
}

/** Length in one octet, then the content. */
function counted(content: Octets): Octets {
  return content.map((value) => Uint8Array.of(value.length, ...value));
}

function fromText(characters: string, minLength: number, maxLength: number): Octets {
  return fc
    .array(fc.constantFrom(...characters), { minLength, maxLength })
    .map((text) => new TextEncoder().encode(text.join('')));
}

function windows(minWindows: number): Octets {
  const types = fc.uniqueArray(fc.oneof(fc.nat(300), fc.nat(0xffff)), { minLength: minWindows, maxLength: 12 });
  return types.map((codes) => {
    const windowNumbers = [...new Set(codes.map((code) => code >>> 8))].sort((a, b) => a - b);
    return Uint8Array.from(
      windowNumbers.flatMap((window) => {
        const bitmap = bitmapOf(codes.filter((code) => code >>> 8 === window).map((code) => code & 0xff));
        return [window, bitmap.length, ...bitmap];
      }),
    );
  });
}

function bitmapOf(bits: readonly number[]): number[] {
  const bitmap = Array.from({ length: bits.length === 0 ? 0 : (Math.max(...bits) >>> 3) + 1 }, () => 0);
  for (const bit of bits) bitmap[bit >>> 3] = (bitmap[bit >>> 3] as number) | (0x80 >>> (bit & 7));
  return bitmap;
}

function bits(min: number, max: number): Octets {
  return fc.uniqueArray(fc.integer({ min, max }), { maxLength: 10 }).map((set) => Uint8Array.from(bitmapOf(set)));
}

function u32(min: number, max: number): Octets {
  return fc.integer({ min, max }).map((value) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
}

function gateway(head: (type: number) => number[]): Octets {
  return fc.oneof(
    constant(...head(0)),
    join([constant(...head(1)), octets(4, 4)]),
    join([constant(...head(2)), octets(16, 16)]),
    join([constant(...head(3)), name()]),
  );
}

function a6(): Octets {
  return fc.tuple(fc.nat(128), octets(16, 16), name()).map(([prefix, address, prefixName]) => {
    const suffix = address.slice(16 - ((135 - prefix) >>> 3));
    if (suffix.length > 0) suffix[0] = (suffix[0] as number) & (0xff >>> (prefix & 7));
    return Uint8Array.of(prefix, ...suffix, ...(prefix === 0 ? [] : prefixName));
  });
}

function apl(): Octets {
  const item = (family: number, size: number) =>
    fc.tuple(fc.nat(size * 8), fc.boolean(), octets(0, size)).map(([prefix, negated, address]) => {
      let length = address.length;
      while (length > 0 && address[length - 1] === 0) length--;
      return Uint8Array.of(0, family, prefix, (negated ? 0x80 : 0) | length, ...address.slice(0, length));
    });
  return fc
    .array(fc.oneof(item(1, 4), item(2, 16), item(9, 100)), { maxLength: 4 })
    .map((items) => Buffer.concat(items));
}

function hip(): Octets {
  return fc
    .tuple(octets(1, 20), octets(1, 40), fc.nat(255), fc.array(name(), { maxLength: 3 }))
    .map(([hit, key, algorithm, servers]) =>
      Uint8Array.of(hit.length, algorithm, 0, key.length, ...hit, ...key, ...servers.flatMap((server) => [...server])),
    );
}

function loc(): Octets {
  const precision = fc.oneof(
    constant(0),
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9)).map(([m, e]) => Uint8Array.of((m << 4) | e)),
  );
  const middle = 0x8000_0000;
  return join([
    constant(0),
    precision,
    precision,
    precision,
    u32(middle - 324_000_000, middle + 324_000_000),
    u32(middle - 648_000_000, middle + 648_000_000),
    octets(4, 4),
  ]);
}

function svcParams(): Octets {
  const param = (key: number, value: Octets) =>
    value.map((v) => ({ key, octets: [key >>> 8, key & 255, v.length >>> 8, v.length & 255, ...v] }));
  const alpn = fc
    .array(counted(octets(1, 8)), { minLength: 1, maxLength: 3 })
    .map((ids) => Uint8Array.from(Buffer.concat(ids)));
  const some = fc.tuple(
    fc.option(param(1, alpn)),
    fc.option(param(3, octets(2, 2))),
    fc.option(param(4, fc.oneof(octets(4, 4), octets(8, 8)))),
    fc.option(param(5, octets(1, 20))),
    fc.option(param(6, fc.oneof(octets(16, 16), octets(32, 32)))),
    fc.option(
      param(
        7,
        fromText('/qdns', 0, 5).map((text) => Buffer.concat([Buffer.from('/'), text, Buffer.from('{?dns}')])),
      ),
    ),
    fc.option(param(8, octets(0, 0))),
    fc.option(param(667, octets(0, 20))),
    fc.option(param(65_000, octets(0, 5))),
  );
  return some.chain((options) => {
    const params = options.filter((option) => option !== null);
    return fc.subarray(params.map((p) => p.key)).map((mandatory) => {
      const list = mandatory.flatMap((key) => [key >>> 8, key & 255]);
      const head = list.length === 0 ? [] : [0, 0, 0, list.length, ...list];
      return Uint8Array.from([...head, ...params.flatMap((p) => p.octets)]);
    });
  });
}

const arbitraries: Readonly<Record<string, () => Octets>> = {
  u8: () => octets(1, 1),
  u16: () => octets(2, 2),
  u32: () => octets(4, 4),
  ipv4: () => octets(4, 4),
  ipv6: () =>
    fc.oneof(
      octets(16, 16),
      fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 }).map((a) => Uint8Array.from(a)),
    ),
  octets6: () => octets(6, 6),
  octets8: () => octets(8, 8),
  octets: () => octets(1, 20),
  name,
  string: () => counted(octets(0, 60)),
  'optional-string': () => fc.oneof(octets(0, 0), counted(octets(0, 20))),
  strings: () =>
    fc.array(counted(octets(0, 30)), { minLength: 1, maxLength: 4 }).map((all) => Uint8Array.from(Buffer.concat(all))),
  'rest-string': () => octets(0, 300),
  'digit-string': () => counted(fromText('0123456789', 4, 20)),
  'caa-tag': () => counted(fromText('abzABZ019', 1, 20)),
  'naptr-regexp': () =>
    counted(
      fc.oneof(
        octets(0, 0),
        fc
          .tuple(fromText('ab.*^$()', 1, 8), fromText('sip:@"é', 0, 8), fromText('i', 0, 2))
          .map(([pattern, replacement, flags]) =>
            Buffer.concat([Buffer.from('!'), pattern, Buffer.from('!'), replacement, Buffer.from('!'), flags]),
          ),
      ),
    ),
  base64: () => octets(1, 60),
  'optional-base64': () => octets(0, 60),
  hex: () => octets(1, 70),
  salt: () => counted(octets(0, 20)),
  base32hex: () => counted(octets(1, 33)),
  'type-bitmap': () => windows(1),
  'optional-type-bitmap': () => windows(0),
  'old-type-bitmap': () => bits(1, 127),
  'ipseckey-gateway': () => gateway((type) => [type, 2]),
  amtrelay: () =>
    fc.oneof(
      gateway((type) => [type]),
      gateway((type) => [0x80 | type]),
      join([constant(0x84), octets(0, 9)]),
    ),
  'atm-address': () =>
    fc.oneof(
      join([constant(0), octets(1, 20)]),
      join([constant(1), fromText('0123456789', 1, 15)]),
      join([constant(7), octets(1, 9)]),
    ),
  a6,
  apl,
  hip,
  loc,
  wks: () => join([octets(1, 1), bits(0, 2000)]),
  'svc-params': svcParams,
};
