/**
 * A zone in which every record tells its serial, and the answer that each question has at each serial. Names come and go,
 * aliases move, wildcards and cuts appear and vanish, so that an answer from two serials cannot look like one from one.
 */
export const apex = 'one.test.';
export const nameCount = 60;

export interface Asked {
  readonly name: string;
  readonly type: 'TXT' | 'SRV' | 'A' | 'NS';
}

export interface Expected {
  readonly rcode: number;
  /** `owner TYPE data`, sorted; the sections in one list. */
  readonly records: readonly string[];
}

const address = (serial: number): string => `10.${(serial >> 16) & 255}.${(serial >> 8) & 255}.${serial & 255}`;
const isPresent = (index: number, serial: number): boolean => (index * 7 + serial) % 3 !== 0;
const isWildcardPresent = (serial: number): boolean => serial % 4 < 2;
const isCutPresent = (serial: number): boolean => serial % 5 < 3;
const aliasTarget = (index: number, serial: number): string => `h${(index + serial) % nameCount}.${apex}`;

/** One record a line, each once. */
export function zoneLines(serial: number): string[] {
  const lines = [`${apex} 60 IN SOA ns.${apex} admin.${apex} ${serial} 60 60 60 60`, `${apex} 60 IN NS ns.${apex}`];
  lines.push(`ns.${apex} 60 IN A ${address(serial)}`);
  for (let i = 0; i < nameCount; i++) {
    lines.push(`c${i}.${apex} 60 IN CNAME ${aliasTarget(i, serial)}`);
    if (!isPresent(i, serial)) continue;
    lines.push(`h${i}.${apex} 60 IN TXT "${serial}"`, `h${i}.${apex} 60 IN A ${address(serial)}`);
    lines.push(`h${i}.${apex} 60 IN SRV 0 1 ${serial & 0xffff} h${i}.${apex}`);
  }
  if (isWildcardPresent(serial)) lines.push(`*.w.${apex} 60 IN TXT "${serial}"`);
  lines.push(
    ...(isCutPresent(serial)
      ? [`cut.${apex} 60 IN NS ns.cut.${apex}`, `ns.cut.${apex} 60 IN A ${address(serial)}`]
      : [`a.cut.${apex} 60 IN TXT "${serial}"`]),
  );
  return lines;
}

export function askedAt(draw: (bound: number) => number): Asked {
  const index = draw(nameCount);
  const questions: readonly Asked[] = [
    { name: `h${index}.${apex}`, type: 'TXT' },
    { name: `h${index}.${apex}`, type: 'SRV' },
    { name: `c${index}.${apex}`, type: 'TXT' },
    { name: `c${index}.${apex}`, type: 'NS' },
    { name: `x${index}.w.${apex}`, type: 'TXT' },
    { name: `a.cut.${apex}`, type: 'TXT' },
    { name: `no${index}.${apex}`, type: 'A' },
  ];
  return questions[draw(questions.length)] as Asked;
}

/** The whole answer at one serial. */
export function expectedAt(serial: number, { name, type }: Asked): Expected {
  const soa = `${apex} SOA ${serial}`;
  const negative = (rcode: number, before: readonly string[] = []): Expected => ({
    rcode,
    records: [...before, soa].sort(),
  });
  const label = name.slice(0, name.indexOf('.'));
  if (name === `a.cut.${apex}`) {
    if (!isCutPresent(serial)) return { rcode: 0, records: [`${name} TXT ${serial}`] };
    return { rcode: 0, records: [`cut.${apex} NS ns.cut.${apex}`, `ns.cut.${apex} A ${address(serial)}`].sort() };
  }
  if (name.endsWith(`.w.${apex}`)) {
    return isWildcardPresent(serial) ? { rcode: 0, records: [`${name} TXT ${serial}`] } : negative(3);
  }
  if (label.startsWith('no')) return negative(3);
  const index = Number(label.slice(1));
  const target = label.startsWith('c') ? aliasTarget(index, serial) : name;
  const chain = label.startsWith('c') ? [`${name} CNAME ${target}`] : [];
  if (!isPresent(Number(target.slice(1, target.indexOf('.'))), serial)) return negative(3, chain);
  if (type === 'NS') return negative(0, chain);
  if (type === 'TXT') return { rcode: 0, records: [...chain, `${target} TXT ${serial}`].sort() };
  return {
    rcode: 0,
    records: [...chain, `${target} A ${address(serial)}`, `${target} SRV ${serial & 0xffff} ${target}`].sort(),
  };
}
