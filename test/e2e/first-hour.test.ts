/** docs/first-hour.md, walked as a new user would: each command in its order, and what it shows. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { findCommand } from '../interop/lib/judge.ts';
import { ReaderFolder } from './first-hour/folder.ts';
import { parseGuide, type Step } from './migrating-guide/guide.ts';
import { agrees } from './migrating-guide/output.ts';

type Commands = Extract<Step, { kind: 'commands' }>;

const project = resolve(import.meta.dirname, '../..');
const markdown = readFileSync(join(project, 'docs/first-hour.md'), 'utf8');
const hasDig = findCommand('dig') !== undefined;
if (!hasDig) console.warn('skipped: the walk through docs/first-hour.md, because dig is not installed');

test.skipIf(!hasDig)('each command does what is printed (skipped without dig)', { timeout: 120_000 }, async () => {
  const folder = await ReaderFolder.make();
  try {
    for (const step of parseGuide(markdown)) {
      if (step.kind === 'commands') await walk(folder, step);
      else folder.writeFile(step.path, step.text);
    }
    // `ctl stop` has ended both.
    expect(await folder.end()).toEqual([0, 0]);
  } finally {
    await folder.remove();
  }
});

async function walk(folder: ReaderFolder, { line, commands, output: shown }: Commands): Promise<void> {
  let said = '';
  for (const [i, command] of commands.entries()) {
    const isLast = i === commands.length - 1;
    const isAsShown = (now: string) => !isLast || shown === undefined || agrees(masked(said + now), masked(shown));
    let { code, output } = await folder.run(command);
    // What another server has to hear of first: ask again.
    for (let again = 0; again < 150 && command.startsWith('dig ') && !isAsShown(output); again++) {
      await sleep(100);
      ({ code, output } = await folder.run(command));
    }
    expect(code, `docs/first-hour.md:${line}: ${command}\n${output}`).toBe(0);
    said += output;
    expectShares(output);
  }
  if (shown !== undefined && !agrees(masked(said), masked(shown))) {
    expect(said, `docs/first-hour.md:${line}`).toBe(shown);
  }
}

/** A share that is drawn: where the guide says so it is near the zone's, else it is the whole of it. */
function expectShares(output: string): void {
  for (const [row, first, zone] of output.matchAll(/^ {2}\S+:5060 +([\d.]+) % +([\d.]+) %.*$/gm)) {
    const isNear = Math.abs(Number(first) - Number(zone)) < 10;
    expect(isNear || ['0.0', '100.0'].includes(first ?? ''), row).toBe(true);
  }
}

/** What is another at each run: the date in serials, and draws but for those that are none. */
function masked(text: string): string {
  return text
    .replaceAll(/seed \d+, \d+ DNS/g, 'seed N, N DNS')
    .replaceAll(/\b20\d{6}(?=0\d\b)/g, 'DATE')
    .replaceAll(/\b(?!0\.0 |100\.0 )\d+\.\d %.*/g, 'SHARE')
    .replaceAll(/[ \t]+/g, ' ');
}

test('its links lead somewhere', () => {
  const links = [...markdown.matchAll(/\]\(([^)#:]+)/g)].map((match) => match[1] as string);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !existsSync(join(project, 'docs', link)))).toEqual([]);
});
