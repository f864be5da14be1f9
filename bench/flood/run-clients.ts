/** The process of the genuine clients: one run for each order that the bench sends it. Clients of a port stay, with their cookies. */
import type { ClientsOrder } from './flood-messages.ts';
import { GenuineClients } from './genuine-clients.ts';

const clients = new Map<number, GenuineClients>();
process.on('message', async ({ port, seconds }: ClientsOrder) => {
  const those = clients.get(port) ?? (await GenuineClients.start(port));
  clients.set(port, those);
  process.send?.(await those.ask(seconds));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
