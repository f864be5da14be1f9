/** The process that sends floods: one for each order that the bench sends it. */
import { assert } from '../../src/base/assert.ts';
import { findLibc } from '../../src/plane/libc.ts';
import { FloodLoad } from './flood-load.ts';
import type { FloodOrder } from './flood-messages.ts';

const libc = findLibc();
assert(libc !== undefined, 'the flood is sent by the batch calls of Linux');
process.on('message', (order: FloodOrder) => process.send?.(new FloodLoad(libc, order).run()));
process.on('disconnect', () => process.exit());
process.send?.('ready');
