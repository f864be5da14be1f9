import { describe, expect, it } from 'vitest';
import { NameWarnings } from '../../../../src/control/secondary/name-warnings.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { record } from '../../store/zone-fixture.ts';

const address = Uint8Array.of(192, 0, 2, 1);

function told(...records: readonly ReturnType<typeof record>[]): readonly string[] {
  const warnings = new NameWarnings();
  for (const one of records) warnings.look(one);
  return warnings.texts;
}

function prefixed(name: string, ...octets: readonly number[]): Uint8Array {
  return Uint8Array.from([...octets, ...wireNameFrom(name)]);
}

describe('names that are no hosts', () => {
  it('are told of in the words of BIND', () => {
    expect(
      told(
        record('under_score.z.test.', Type.a, address),
        record('-x.z.test.', Type.mx, prefixed('mail_1.z.test.', 0, 10)),
        record('z.test.', Type.ns, prefixed('n_s.z.test.')),
        record('_sip._udp.z.test.', Type.srv, prefixed('sip_1.z.test.', 0, 1, 0, 1, 19, 196)),
      ),
    ).toEqual([
      'under_score.z.test/A: bad owner name (check-names)',
      '-x.z.test/MX: bad owner name (check-names)',
      '-x.z.test/MX: mail_1.z.test: bad name (check-names)',
      'z.test/NS: n_s.z.test: bad name (check-names)',
      '_sip._udp.z.test/SRV: sip_1.z.test: bad name (check-names)',
    ]);
  });

  it('are not those that need be none', () => {
    expect(
      told(
        record('*.z.test.', Type.a, address),
        record('A-1.Z.test.', Type.aaaa, new Uint8Array(16)),
        record('_sip._udp.z.test.', Type.srv, prefixed('.', 0, 1, 0, 1, 19, 196)),
        record('z.test.', Type.mx, prefixed('.', 0, 0)),
        record('_dmarc.z.test.', Type.txt, Uint8Array.of(1, 65)),
        record('under_score.z.test.', Type.cname, prefixed('other_one.z.test.')),
      ),
    ).toEqual([]);
  });

  it('are ten at most, and a number', () => {
    const many = Array.from({ length: 15 }, (_, i) => record(`_${i}.z.test.`, Type.a, address));
    const texts = told(...many);
    expect(texts).toHaveLength(11);
    expect(texts.at(-1)).toBe('5 more bad names (check-names)');
  });
});
