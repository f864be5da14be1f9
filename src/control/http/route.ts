/** What can be asked for over HTTP. */
import type { HttpSource } from './http-source.ts';

/** A resource. Its text comes in parts, so that a long one neither stands in memory whole nor stops main. */
export interface Route {
  readonly contentType: string;
  /** Beside those of every response (respond.ts), or instead of them. */
  readonly headers?: Readonly<Record<string, string>>;
  body(source: HttpSource): string | Iterable<string>;
}

/** By path, exactly as it is asked for: there is no other way to a resource, and none to a file. */
export type RouteTable = ReadonlyMap<string, Route>;
