/** The process that reads transfers, or asks beside them, as the bench orders it. */
import { probeLatency } from './generator/latency-probe.ts';
import type { TransferOrder } from './generator/transfer-messages.ts';
import { readTransfers } from './generator/transfer-reader.ts';

process.on('message', async (order: TransferOrder) => {
  const question = Uint8Array.from(Object.values(order.question));
  process.send?.(
    order.kind === 'transfer'
      ? await readTransfers({ ...order, question })
      : await probeLatency({ ...order, question }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
