#!/usr/bin/env node
/**
 * Announces this node while its server is ready, and withdraws it when it is not (docs/fleet.md).
 *
 *     ringzone-anycast.js --up COMMAND --down COMMAND [--url http://127.0.0.1:8053/readyz] [--interval SECONDS]
 *
 * Asks /readyz each second. Two times 200, and COMMAND of --up is run; 503, by which the server says itself that it goes, or three
 * times no answer within a second, and that of --down is. A command that fails is run again at the next look. At its own end it withdraws.
 */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';

const run = promisify(execFile);
const { values } = parseArgs({
  options: {
    up: { type: 'string' },
    down: { type: 'string' },
    url: { type: 'string', default: 'http://127.0.0.1:8053/readyz' },
    interval: { type: 'string', default: '1' },
  },
});
const { up, down, url } = values;
const intervalMs = Number(values.interval) * 1000;
if (up === undefined || down === undefined || !(intervalMs > 0)) {
  process.stderr.write('usage: ringzone-anycast.js --up COMMAND --down COMMAND [--url URL] [--interval SECONDS]\n');
  process.exit(2);
}
const answerMs = 1000;
const risesAfter = 2;
const fallsAfter = 3;

const end = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => end.abort());

/** Unknown at the start: whoever ran before may have left an announcement behind. */
let isAnnounced;
let good = 0;
let bad = 0;
await change(false, 'start');
while (!end.signal.aborted) {
  const { isReady, isCertain, reason } = await look();
  good = isReady ? good + 1 : 0;
  bad = isReady ? 0 : bad + 1;
  if (good >= risesAfter) await change(true, reason);
  else if (bad >= fallsAfter || (!isReady && isCertain)) await change(false, reason);
  await sleep(intervalMs, undefined, { signal: end.signal }).catch(() => undefined);
}
await change(false, 'end');

async function look() {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(answerMs) });
    const reason = (await reply.text()).trim();
    return { isReady: reply.status === 200, isCertain: reply.status === 503, reason };
  } catch (error) {
    return { isReady: false, isCertain: false, reason: `${error.cause?.message ?? error.message}` };
  }
}

async function change(wanted, reason) {
  if (wanted === isAnnounced) return;
  const command = wanted ? up : down;
  try {
    await run('/bin/sh', ['-c', command]);
    isAnnounced = wanted;
    process.stdout.write(`${wanted ? 'announced' : 'withdrawn'}: ${reason}\n`);
  } catch (error) {
    process.stderr.write(`${command}: ${`${error.stderr ?? ''}${error.stdout ?? ''}`.trim() || error.message}\n`);
  }
}
