import type { CounterSums } from '../../../plane/counters.ts';
import { bare } from '../control-command.ts';
import { succeed } from '../messages.ts';

/** BIND writes this into a file; whoever has a pipe to the server can have it at once. */
export const stats = bare(async (target) => {
  const { typeText } = await import('../../../rr/mnemonics.ts');
  const { rcodeText } = await import('../../../wire/rcode-text.ts');
  const sums = target.counters();
  const seconds = Math.floor(Date.now() / 1000);
  const lines = [
    `+++ Statistics Dump +++ (${seconds})`,
    ...section(
      'Incoming Requests',
      count(sums.opcodes, (opcode) => opcodeNames[opcode] ?? `RESERVED${opcode}`),
    ),
    ...section(
      'Incoming Queries',
      count(sums.qtypes, (type) => (type < 256 ? typeText(type) : 'Others')),
    ),
    ...section('Outgoing Rcodes', count(sums.rcodes, rcodeText)),
    ...section('Name Server Statistics', Object.entries(sums.named)),
    `--- Statistics Dump --- (${seconds})`,
  ];
  return succeed(lines.join('\n'), dataOf(sums, typeText, rcodeText));
});

const opcodeNames: Readonly<Record<number, string>> = {
  0: 'QUERY',
  1: 'IQUERY',
  2: 'STATUS',
  4: 'NOTIFY',
  5: 'UPDATE',
};

function count(counts: readonly number[], name: (index: number) => string): readonly (readonly [string, number])[] {
  return counts.map((value, index) => [name(index), value] as const);
}

/** As BIND, without what is 0. */
function section(title: string, counts: readonly (readonly [string, number])[]): readonly string[] {
  const lines = counts.filter(([, value]) => value > 0).map(([name, value]) => `${String(value).padStart(20)} ${name}`);
  return [`++ ${title} ++`, ...lines];
}

function dataOf(sums: CounterSums, typeText: (code: number) => string, rcodeText: (code: number) => string) {
  const above = (counts: readonly (readonly [string, number])[]) =>
    Object.fromEntries(counts.filter(([, value]) => value > 0));
  return {
    opcodes: above(count(sums.opcodes, (opcode) => opcodeNames[opcode] ?? `RESERVED${opcode}`)),
    qtypes: above(count(sums.qtypes, (type) => (type < 256 ? typeText(type) : 'Others'))),
    rcodes: above(count(sums.rcodes, rcodeText)),
    nsstats: sums.named,
  };
}
