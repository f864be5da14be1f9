/**
 * A process that changes two zones as fast as it can and says on stdout which changes are acknowledged: `d.test 17`. Each
 * change has two records, so that a half one would be seen. Arguments: folder, changes at most, changes at once, bound on the
 * journal in octets.
 */
import { writeSync } from 'node:fs';
import { LoaderHarness } from '../../unit/control/load/loader-harness.ts';

const [, , folder = '', most = '0', atOnce = '1', journalOctets = '20000'] = process.argv;
const harness = new LoaderHarness(folder);
const names = ['d.test', 'e.test'];
await harness.load(...names.map((name) => harness.dynamic(name, { journalOctets: Number(journalOctets) })));
writeSync(1, 'loaded\n');

/** Changes are numbered by the serials that they lead to. */
async function run(name: string): Promise<void> {
  let next = (harness.zone(name).serial as number) + 1;
  const last = next + Number(most);
  const one = async (): Promise<void> => {
    while (next < last) {
      const number = next++;
      await harness.change(
        name,
        `a${number - 20} TXT "${number - 20}"\nb${number - 20} TXT "${number - 20}"`,
        recordsOf(number),
      );
      writeSync(1, `${name} ${number}\n`);
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, one));
}

function recordsOf(number: number): string {
  return `a${number} TXT "${number}"\nb${number} TXT "${number}"`;
}

try {
  await Promise.all(names.map(run));
  writeSync(1, 'end\n');
} catch (error) {
  writeSync(1, `failed ${harness.zone('d.test').serial} ${String(error)}\n`);
  // The zones are served as before; what comes later is taken where there is room again.
  writeSync(1, `served ${names.map((name) => harness.records(name).length > 0).join(' ')}\n`);
}
process.exit(0);
