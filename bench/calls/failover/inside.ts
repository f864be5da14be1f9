/** The first process of the namespace: `node inside.ts FOLDER TIMES`; writes FOLDER/run.json. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureWorld } from './measure.ts';
import { setUpNetwork } from './namespace.ts';
import type { HealthTimes } from './world.ts';

const [folder = '', times = '{}'] = process.argv.slice(2);
process.setMaxListeners(0);
setUpNetwork();
const run = await measureWorld(folder, JSON.parse(times) as HealthTimes, (text) => console.error(text));
writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
process.exit(0);
