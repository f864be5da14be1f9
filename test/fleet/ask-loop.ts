/**
 * Asks an address who answers, again and again until SIGTERM, and then prints how it went as JSON:
 * node ask-loop.ts ADDRESS. Each question waits longer for its answer than a busy machine may take.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { askRaw, buildQuery } from '../interop/lib/dns-client.ts';

const [address = ''] = process.argv.slice(2);
const result = { asked: 0, unanswered: 0, servers: {} as Record<string, number> };
let isEnding = false;
process.on('SIGTERM', () => {
  isEnding = true;
});
process.stdout.write('asking\n');
while (!isEnding) {
  result.asked++;
  const question = buildQuery({ name: 'id.server', type: 'TXT', class: 3 });
  const response = await askRaw(53, question, { address, timeoutMs: 4000 });
  if (response === undefined) result.unanswered++;
  else {
    // The one record's data is last: a text of one letter.
    const server = String.fromCharCode(response.at(-1) ?? 0);
    result.servers[server] = (result.servers[server] ?? 0) + 1;
  }
  await sleep(10);
}
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit();
