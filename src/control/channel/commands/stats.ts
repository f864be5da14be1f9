import type { CounterName, CounterSums } from '../../../plane/counters.ts';
import { bare } from '../control-command.ts';
import { succeed } from '../messages.ts';

type Names = typeof import('../../statistics/code-names.ts');
type Descriptions = Readonly<Partial<Record<CounterName, string>>>;

/** BIND writes this into a file; whoever has a pipe to the server can have it at once. */
export const stats = bare(async (target) => {
  const names = await import('../../statistics/code-names.ts');
  const { serverDescriptions, zoneDescriptions } = await import('../../statistics/counter-descriptions.ts');
  const sums = target.counters();
  const { named } = sums;
  const seconds = Math.floor(Date.now() / 1000);
  const own = Object.entries(named).filter(([name]) => !(name in serverDescriptions || name in zoneDescriptions));
  const lines = [
    `+++ Statistics Dump +++ (${seconds})`,
    ...section('Incoming Requests', count(sums.opcodes, names.opcodeName)),
    ...section('Incoming Queries', countTypes(sums, names)),
    ...section('Outgoing Rcodes', count(sums.rcodes, names.rcodeName)),
    ...section('Name Server Statistics', describe(named, serverDescriptions)),
    ...section('Zone Maintenance Statistics', describe(named, zoneDescriptions)),
    // What BIND does not count.
    ...section('Ringzone Statistics', own),
    `--- Statistics Dump --- (${seconds})`,
  ];
  return succeed(lines.join('\n'), dataOf(sums, names));
});

type Counts = readonly (readonly [string, number])[];

function count(counts: readonly number[], name: (index: number) => string): Counts {
  return counts.map((value, index) => [name(index), value] as const);
}

/** As BIND, those without a place of their own first. */
function countTypes({ qtypes }: CounterSums, { isOtherType, qtypeName }: Names): Counts {
  const others = qtypes.reduce((sum, value, type) => sum + (isOtherType(type) ? value : 0), 0);
  const known = qtypes.map((value, type) => ({ value, type })).filter(({ type }) => !isOtherType(type));
  return [['Others', others], ...known.map(({ value, type }) => [qtypeName(type), value] as const)];
}

function describe(named: CounterSums['named'], descriptions: Descriptions): Counts {
  return Object.entries(descriptions).map(([name, text]) => [text, named[name as CounterName]] as const);
}

/** As BIND, without what is 0. */
function section(title: string, counts: Counts): readonly string[] {
  const lines = counts.filter(([, value]) => value > 0).map(([name, value]) => `${String(value).padStart(20)} ${name}`);
  return [`++ ${title} ++`, ...lines];
}

function dataOf(sums: CounterSums, names: Names) {
  const above = (counts: Counts) => Object.fromEntries(counts.filter(([, value]) => value > 0));
  return {
    opcodes: above(count(sums.opcodes, names.opcodeName)),
    qtypes: above(countTypes(sums, names)),
    rcodes: above(count(sums.rcodes, names.rcodeName)),
    nsstats: sums.named,
  };
}
