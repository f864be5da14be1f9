import { formatName } from '../../wire/name.ts';
import type { Overlay, PublishedSet } from './overlay.ts';

/** So many owners are named in a line. */
const mostNamed = 3;

/** What is another one than before: `_sip._udp.example.com with 1 record less or demoted; _sip._tcp.example.com as configured`. */
export function describeOverlay(before: Overlay, after: Overlay): string {
  const changed = [...after.sets].filter(([text, set]) => !isSame(before.sets.get(text), set)).map(([, set]) => set);
  const ended = [...before.sets].filter(([text]) => !after.sets.has(text)).map(([, set]) => set);
  const parts = [
    ...(changed.length === 0 ? [] : [`${namesOf(changed)} without what is not up`]),
    ...(ended.length === 0 ? [] : [`${namesOf(ended)} as configured`]),
  ];
  return parts.join('; ');
}

function namesOf(sets: readonly PublishedSet[]): string {
  const names = sets.slice(0, mostNamed).map(({ owner }) => formatName(owner).replace(/(?<=.)\.$/, ''));
  const rest = sets.length - names.length;
  return names.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function isSame(a: PublishedSet | undefined, b: PublishedSet): boolean {
  if (a === undefined || a.ttlSeconds !== b.ttlSeconds || a.rdatas.length !== b.rdatas.length) return false;
  return a.rdatas.every((rdata, i) => Buffer.compare(rdata, b.rdatas[i] as Uint8Array) === 0);
}
