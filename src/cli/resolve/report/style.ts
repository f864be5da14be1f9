/** How a report looks: colours and bars on a terminal, plain columns elsewhere. */
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { hasColours } from '../../../base/colours.ts';

export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly hasBars: boolean;
}

type Format = Parameters<typeof styleText>[0];

export function styleFor(stream: Writable): Style {
  const isPlain = !hasColours(stream);
  const paint = (format: Format) => (text: string) =>
    isPlain ? text : styleText(format, text, { validateStream: false });
  return { bold: paint('bold'), dim: paint('dim'), good: paint('green'), bad: paint('red'), hasBars: !isPlain };
}

/** `host:port` in so many characters: the host's end goes first. */
export function shortenServer(server: string, width: number): string {
  if (server.length <= width) return server;
  const port = /:\d+$/.exec(server)?.[0] ?? '';
  return `${server.slice(0, width - port.length - 2)}..${port}`;
}

/** One decimal, which is what 10,000 calls can tell. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function seconds(value: number): string {
  return `${Number.isInteger(value) ? value : value.toFixed(1)} s`;
}
