import type { TargetWatch } from '../health/watches.ts';

/** So many targets are named in a line. */
const maxNamed = 3;

/**
 * What to say of targets that too few servers ask for them to be taken out, ever: the configurations differ. `undefined`: there are none.
 * `serversAsking`: how many ask the endpoint by that key, with this one.
 */
export function describeGaps(
  watches: readonly Pick<TargetWatch, 'name' | 'target' | 'endpointKeys'>[],
  serversAsking: (endpointKey: string) => number,
): string | undefined {
  const gaps = new Map<string, string>();
  for (const { name, target, endpointKeys } of watches) {
    const { agree } = target.settings;
    if (agree <= 1 || endpointKeys.length === 0) continue;
    const least = Math.min(...endpointKeys.map(serversAsking));
    const text = `${name}:${target.port}/${target.transport}`;
    if (least < agree) gaps.set(text, `${text} is asked by ${least} of the ${agree} servers that must agree`);
  }
  if (gaps.size === 0) return undefined;
  const named = [...gaps.values()].slice(0, maxNamed).join(', ');
  const rest = gaps.size > maxNamed ? `, and ${gaps.size - maxNamed} more` : '';
  return `${named}${rest}: never taken out; do all servers have the same zones and health?`;
}
