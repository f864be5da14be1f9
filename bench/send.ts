/**
 * The process that loads servers: reads packed questions from the file named, then does one run of load for each order
 * that the bench sends it, and answers with the result.
 */
import { readFileSync } from 'node:fs';
import { assert } from '../src/base/assert.ts';
import { findLibc } from '../src/plane/libc.ts';
import type { LoadOrder } from './generator/load-messages.ts';
import { Questions, UdpLoad } from './generator/udp-load.ts';

const libc = findLibc();
assert(libc !== undefined, 'the load is sent by the batch calls of Linux');
const file = readFileSync(process.argv[2] as string);
const memory = libc.allocate(file.length);
memory.octets.set(file);
const questions = new Questions(memory);
process.on('message', (order: LoadOrder) => process.send?.(new UdpLoad(libc, questions, order).run()));
process.on('disconnect', () => process.exit());
process.send?.('ready');
