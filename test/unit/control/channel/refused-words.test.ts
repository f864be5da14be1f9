import { expect, test } from 'vitest';
import { refusalOf, refusedWords } from '../../../../src/control/channel/refused-words.ts';
import { controlWords, findWord } from '../../../../src/control/channel/words.ts';

/** What rndc 9.18 and 9.20 list. */
const rndcWords =
  `addzone delzone dnssec dnstap dumpdb fetchlimit flush flushname flushtree freeze halt loadkeys managed-keys memprof modzone
notify notrace nta null querylog reconfig recursing refresh reload reset-stats responselog retransfer scan secroots serve-stale showconf showzone
sign signing skr stats status stop sync tcp-timeouts thaw trace tsig-delete tsig-list validation zonestatus`.split(
    /\s+/,
  );

test.each(rndcWords)('%s is done, or refused with a reason', (word) => {
  const isDone = findWord(word) !== undefined;
  expect(isDone).toBe(refusalOf(word) === undefined);
});

test.each(Object.entries(refusedWords))('%s: %s', (word, reason) => {
  expect(controlWords.map(({ name }) => name as string)).not.toContain(word);
  expect(refusalOf(word.toUpperCase())).toBe(reason);
  // A sentence to stand behind a failure.
  expect(reason).toMatch(/^[a-z].{30,}[a-z`)]$/);
});

test('other words are not refused but unknown', () => {
  for (const word of ['testgen', 'nonsense', 'constructor', '__proto__']) {
    expect(refusalOf(word)).toBeUndefined();
    expect(findWord(word)).toBeUndefined();
  }
});
