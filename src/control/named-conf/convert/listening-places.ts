/** Statements that hold for some of the addresses or ports on which the server listens: fine where there are no others. */

import type { ListenAddress } from '../../../plane/messages.ts';
import { unknownInterfaces } from '../../../plane/sockets/host-interfaces.ts';
import { isWildcard } from '../../../plane/sockets/socket-address.ts';
import { parsePrefix } from '../../access/access-element.ts';
import { localAddresses } from '../../access/local-networks.ts';
import { dnsOverTlsPort } from '../../config/build-remotes.ts';
import { defaultListen } from '../../config/defaults.ts';
import { parseListen, ValueProblem } from '../../config/values.ts';
import type { Statement } from '../tree.ts';
import { listOf, optionOf } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { allowsAddress, isAnyList } from './listen.ts';

/** `allow-query-on`: refused where somebody would be answered on an address that it leaves out. */
export function checkQueryPlace(statement: Statement, conversion: Conversion): void {
  const items = listOf(statement.args)?.items ?? [];
  const places = [...placesOf(conversion, 'plain'), ...placesOf(conversion, 'tls')];
  const addresses = places.flatMap((place) => {
    if (!isWildcard(place)) return [parsePrefix(place.address)];
    return localAddresses(conversion.interfaces).filter((local) => local.family === place.family);
  });
  const isKnown = conversion.interfaces !== unknownInterfaces || !places.some(isWildcard);
  const isOpen = addresses.every(
    (address) => !(address instanceof ValueProblem) && allowsAddress(address, items, conversion),
  );
  if (isAnyList(items, statement.keyword) || (isKnown && isOpen)) return;
  conversion.error(
    'NC13',
    'allow-query-on cannot be obeyed: questions would be answered on every address',
    statement.keyword,
    'listen-on restricts the addresses for all zones; views have match-destinations',
  );
}

/** `port` and `transport` of allow-transfer. TLS alone is `require-tls`; others are fine where there is nothing else. */
export function checkTransferPlace(statement: Statement, conversion: Conversion): void {
  const port = optionOf(statement.args, 'port');
  const transport = optionOf(statement.args, 'transport');
  const word = transport?.text.toLowerCase() ?? '';
  if (transport !== undefined && word !== 'tcp' && word !== 'tls') {
    conversion.error('NC05', `expected tcp or tls, found "${transport.text}"`, transport);
    return;
  }
  const plain = word === 'tls' ? [] : placesOf(conversion, 'plain');
  const tls = placesOf(conversion, 'tls');
  if (transport !== undefined && word === 'tcp' && tls.length > 0) {
    const hint = 'remove it to allow transfers over both';
    const message = 'transport tcp cannot be obeyed: transfers over TLS would be allowed too';
    conversion.error('NC13', message, transport, hint);
  }
  const others = [...plain, ...tls].filter((place) => place.port !== Number(port?.text));
  if (port === undefined || (others.length === 0 && plain.length + tls.length > 0)) return;
  const message = `port ${port.text} cannot be obeyed: transfers would be given on port ${others[0]?.port ?? '853'} too`;
  conversion.error('NC13', message, port, 'remove it to allow transfers on all ports');
}

/** Where the server will listen. */
function placesOf({ settings }: Conversion, kind: 'plain' | 'tls'): readonly ListenAddress[] {
  const written = settings.get(kind === 'plain' ? ['listen'] : ['tls', 'listen']);
  if (!Array.isArray(written)) return kind === 'plain' ? defaultListen() : [];
  return written
    .map((text) => parseListen(text, kind === 'plain' ? undefined : dnsOverTlsPort))
    .filter((place): place is ListenAddress => !(place instanceof ValueProblem));
}
