import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nsec3Hash, parseBase32Hex, writeBase32Hex } from '../../../src/dnssec/nsec3-hash.ts';
import { sha1 } from '../../../src/dnssec/sha1.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';

const ascii = new TextDecoder();

function hashText(name: Uint8Array, salt: Uint8Array, iterations: number): string {
  const hash = new Uint8Array(20);
  const text = new Uint8Array(32);
  nsec3Hash(name, 0, name.length, salt, 0, salt.length, iterations, hash);
  writeBase32Hex(hash, 0, text, 0);
  return ascii.decode(text);
}

describe('nsec3Hash', () => {
  // RFC 5155 Appendix A: salt aabbccdd, 12 extra iterations.
  test.each([
    ['example', '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom'],
    ['a.example', '35mthgpgcu1qg68fab165klnsnk3dpvl'],
    ['ai.example', 'gjeqe526plbf1g8mklp59enfd789njgi'],
    ['ns1.example', '2t7b4g4vsa5smi47k61mv5bv1a22bojr'],
    ['ns2.example', 'q04jkcevqvmu85r014c7dkba38o0ji5r'],
    ['w.example', 'k8udemvp1j2f7eg6jebps17vp3n8i58h'],
    ['*.w.example', 'r53bq7cc2uvmubfu5ocmm6pers9tk9en'],
    ['x.w.example', 'b4um86eghhds6nea196smvmlo4ors995'],
    ['y.w.example', 'ji6neoaepv8b5o6k4ev33abha8ht9fgc'],
    ['x.y.w.example', '2vptu5timamqttgl4luu9kg21e0aor3s'],
    ['xx.example', 't644ebqk9bibcna874givr6joj62mlhv'],
    ['2t7b4g4vsa5smi47k61mv5bv1a22bojr.example', 'kohar7mbb8dc2ce8a9qvl8hon4k53uhi'],
  ])('of %s is that of RFC 5155', (name, hash) => {
    expect(hashText(wireNameFrom(name), Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd), 12)).toBe(hash);
  });

  test('equals the RFC read literally with another SHA-1', () => {
    const octets = (maxLength: number) => fc.uint8Array({ minLength: 1, maxLength });
    fc.assert(
      fc.property(octets(255), fc.uint8Array({ maxLength: 255 }), fc.nat(20), (name, salt, iterations) => {
        let expected = createHash('sha1').update(name).update(salt).digest();
        for (let i = 0; i < iterations; i++) expected = createHash('sha1').update(expected).update(salt).digest();
        const hash = new Uint8Array(20);
        nsec3Hash(
          Uint8Array.of(9, 9, ...name),
          2,
          name.length,
          Uint8Array.of(7, ...salt),
          1,
          salt.length,
          iterations,
          hash,
        );
        expect(Buffer.from(hash)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

test('sha1 pads at every length as node:crypto does, whatever lay in the buffer', () => {
  const buffer = new Uint8Array(400);
  const out = new Uint8Array(20);
  for (let length = 0; length <= 200; length++) {
    buffer.fill(0xa5);
    sha1(buffer, length, out, 0);
    expect(Buffer.from(out)).toEqual(createHash('sha1').update(new Uint8Array(length).fill(0xa5)).digest());
  }
});

describe('base32hex', () => {
  test('text read again gives the octets, in either case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.boolean(), (hash, upper) => {
        const text = new Uint8Array(32);
        const back = new Uint8Array(20);
        writeBase32Hex(hash, 0, text, 0);
        const written = upper ? new TextEncoder().encode(ascii.decode(text).toUpperCase()) : text;
        expect(parseBase32Hex(written, 0, back, 0)).toBe(true);
        expect(back).toEqual(hash);
      }),
    );
  });

  test.each(['w', '/', ':', '`', '@', '-', '\u007f'])('refuses %j', (character) => {
    const text = new TextEncoder().encode(`${character}${'0'.repeat(31)}`);
    expect(parseBase32Hex(text, 0, new Uint8Array(20), 0)).toBe(false);
  });
});
