/** What the bench tells the two processes of the flood scene, and what they answer. */

/**
 * What the forged datagrams ask, and from where:
 *
 *     fixed      one question, from 65,536 addresses in 256 networks
 *     random     names that nobody asks twice and that don't exist, from the same addresses
 *     scattered  as random, from 4 million addresses in 32,768 networks, each with a cookie that is made up: no network asks too much
 */
export const floodKinds = ['fixed', 'random', 'scattered'] as const;
export type FloodKind = (typeof floodKinds)[number];

export interface FloodOrder {
  readonly port: number;
  readonly kind: FloodKind;
  readonly seconds: number;
  /** Datagrams a second; as many as there can be where it is more than that. */
  readonly rate: number;
}

export interface FloodResult {
  readonly sent: number;
  readonly seconds: number;
  readonly loadMicros: number;
}

/** How genuine clients come: over UDP with the server's cookie, over UDP without, over TCP. */
export const clientClasses = ['cookie', 'plain', 'tcp'] as const;
export type ClientClass = (typeof clientClasses)[number];

export interface ClientsOrder {
  readonly port: number;
  /** For so long new questions are asked; the last ones have their second beyond that. */
  readonly seconds: number;
}

export interface ClassResult {
  readonly asked: number;
  /** Within a second, in which each question is asked up to three times. */
  readonly answered: number;
  /** By the first of the three. */
  readonly atOnce: number;
  /** Of all questions; one without an answer counts as a second. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly wrong: number;
}

export type ClientsResult = Readonly<Record<ClientClass, ClassResult>>;
