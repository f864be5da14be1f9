/** What can be asked for over HTTP. */
import type { ServerResponse } from 'node:http';
import type { HttpSource } from './http-source.ts';

/** A resource. Its text comes in parts, so that a long one neither stands in memory whole nor stops main. */
export interface Route {
  readonly contentType: string;
  /** Packed for those who take that: it is long, and no secret stands in it beside something that others choose. */
  readonly isPacked?: boolean;
  /** Beside those of every response (respond.ts), or instead of them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** By which names of this server it may be asked for (host-check.ts): `any`, by default `known` where it comes by loopback. */
  readonly hosts?: 'any' | 'known';
  body(source: HttpSource, query: URLSearchParams): string | StatusText | Iterable<string> | AsyncIterable<string>;
}

/** A resource without an end: the client is told of what happens for as long as it stays. */
export interface LiveRoute {
  readonly hosts: 'known';
  open(source: HttpSource, response: ServerResponse): void;
}

/** A short text, and what it says as a number (RFC 9110 §15). */
export interface StatusText {
  readonly status: number;
  readonly text: string;
}

/** By path, exactly as it is asked for: there is no other way to a resource, and none to a file. */
export type RouteTable = ReadonlyMap<string, Route | LiveRoute>;
