/** BIND's statistics channels are what `http` is here: the same JSON, to the same clients. */
import type { Statement } from '../tree.ts';
import { blockOf, listOf, optionOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { setMatches } from './match-lists.ts';

/** BIND's. */
const defaultPort = 80;

export function convertHttp(conversion: Conversion): void {
  const { settings } = conversion;
  const places = conversion.all('statistics-channels').flatMap(blockOf);
  for (const [index, inet] of places.entries()) {
    const path = ['http', index];
    settings.set(['http', String(index), 'listen'], addressOf(inet.args), inet.keyword);
    settings.mark(path, inet.keyword);
    if (listOf(inet.args) !== undefined) setMatches(inet, ['http', String(index), 'allow'], conversion);
  }
  const [first] = conversion.all('statistics-channels');
  if (first === undefined) return;
  // Without any address there is no channel.
  const listed = Object.values((settings.get(['http']) as Readonly<Record<string, unknown>> | undefined) ?? {});
  settings.set(['http'], listed.length === 0 ? false : listed, first.keyword);
}

function addressOf(args: Statement['args']): string {
  const address = tokenAt(args, 0)?.text ?? '*';
  const port = optionOf(args, 'port')?.text ?? '*';
  const number = port === '*' ? defaultPort : Number(port);
  if (address === '*') return `0.0.0.0:${number}`;
  return address.includes(':') ? `[${address}]:${number}` : `${address}:${number}`;
}
