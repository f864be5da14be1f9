import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes a minute, and what takes half of one: what of it began late would end alone. */
const longest = [
  'test/container/image',
  'test/e2e/restart',
  'test/e2e/install',
  'test/e2e/serve-peers',
  'test/e2e/page',
  'test/interop/tls/tls',
  'test/interop/differential/',
  'test/interop/compare/',
  'test/interop/published/',
  'test/fleet/anycast',
  'test/faults/soak',
];

/** A change's own code in the process of the test: most of it is quick, and computes all the time that it takes. */
const rooms = 'test/{unit,property,fuzz}/**/*.test.ts';
const others = 'test/!(unit|property|fuzz)/**/*.test.ts';
/** They put other modules in the place of real ones. */
const mocking = ['test/unit/control/log/syslog-absent.test.ts', 'test/unit/control/secondary/late-replication.test.ts'];

/** The longest first; rooms last, so that one process has many of their files, of which the fuzzer's is the longest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ project, moduleId }: TestSpecification): number {
  if (project.name === 'rooms') return longest.length + (moduleId.includes('test/fuzz/fuzz.test') ? 1 : 2);
  const index = longest.findIndex((path) => moduleId.includes(path));
  return index === -1 ? longest.length : index;
}

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for is there at once, but on a machine that has other things to do.
    expect: { poll: { timeout: 20_000 } },
    // For two cores: half of the time that two files take they wait for daemons, timers and the network.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'servers', include: [others, ...mocking] } },
      // One process has them all, one after the other: to start one and to load the code takes longer than most of them.
      { extends: true, test: { name: 'rooms', include: [rooms], exclude: mocking, isolate: false } },
    ],
  },
});
