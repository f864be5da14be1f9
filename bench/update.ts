/** The process that sends updates as the bench orders it. */
import { loadUpdates } from './generator/update-load.ts';
import type { UpdateOrder } from './generator/update-messages.ts';

process.on('message', async (order: UpdateOrder) => process.send?.(await loadUpdates(order)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
