import type { Deferred } from '../../../../src/plane/deferred.ts';

const loopback = Uint8Array.of(127, 0, 0, 1);

/** A message as a worker leaves it to main. */
export function deferredOf(message: Uint8Array, more: Partial<Deferred> = {}): Deferred {
  return {
    kind: 'deferred',
    message,
    client: { family: 4, octets: loopback, port: 4711 },
    local: { family: 4, octets: loopback, port: 53 },
    view: 0,
    verdict: undefined,
    route: { kind: 'worker', number: 7 },
    ...more,
  };
}
