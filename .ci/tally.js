/**
 * What a run of the tests came to, from vitest's JSON reports.
 *
 *     node .ci/tally.js failed REPORT            the files that failed, a line each; nothing where they are more than `mostAgain`
 *     node .ci/tally.js count REPORT [AGAIN]     "N passed, N failed"; what ran again counts as it went the second time
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** More failing files than these are no accident of a busy machine. */
const mostAgain = 3;

const [word, ...reports] = process.argv.slice(2);
const [first, again] = reports.map((file) => byFile(JSON.parse(readFileSync(file, 'utf8'))));

if (word === 'failed') {
  const failed = [...first].filter(([, { status }]) => status === 'failed').map(([name]) => name);
  if (failed.length <= mostAgain) for (const name of failed) console.log(name);
} else {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, result] of first) {
    const last = again?.get(name) ?? result;
    if (last !== result) console.log(`unsteady: ${name} failed, and ${last.status} when it ran again by itself`);
    for (const { status } of last.assertionResults) counts[status in counts ? status : 'skipped']++;
    // A file that could not be loaded has no tests that could fail.
    if (last.status === 'failed' && !last.assertionResults.some(({ status }) => status === 'failed')) counts.failed++;
  }
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
}

function byFile({ testResults }) {
  return new Map(testResults.map((result) => [relative(process.cwd(), result.name), result]));
}
