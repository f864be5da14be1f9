import type { HttpSource } from '../http-source.ts';

/** Of the sockets on which DNS is served. UDP has one for each address and worker, TCP a listener and the connections. */
export function socketStatistics(source: HttpSource): Readonly<Record<string, number>> {
  const { named } = source.counters();
  const { udpWorkers } = source.state();
  const addresses = source.addresses();
  const counts: (readonly [string, number])[] = [];
  for (const family of [4, 6] as const) {
    const listeners = addresses.filter((address) => address.family === family).length;
    const accepted = family === 4 ? named.TCP4Accept : named.TCP6Accept;
    const closed = family === 4 ? named.TCP4Close : named.TCP6Close;
    counts.push(
      [`UDP${family}Open`, listeners * udpWorkers],
      [`UDP${family}Active`, listeners * udpWorkers],
      [`TCP${family}Open`, listeners],
      [`TCP${family}Close`, closed],
      [`TCP${family}Accept`, accepted],
      [`TCP${family}Active`, listeners + Math.max(0, accepted - closed)],
    );
  }
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
