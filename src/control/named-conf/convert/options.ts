/** The options of the server. */
import type { Token } from '../token.ts';
import { nameOf, type Statement } from '../tree.ts';
import { blockOf, findStatement, firstValue, isYes } from './arguments.ts';
import { convertCatalogs } from './catalogs.ts';
import type { Conversion } from './conversion.ts';
import { setDnstap } from './dnstap.ts';
import { convertListen } from './listen.ts';
import { setMatches } from './match-lists.ts';
import { checkNewZones, setNewZones } from './new-zones.ts';
import { addCookieSecret, setRateLimit } from './protection.ts';
import { setRrsetOrder } from './rrset-order.ts';
import { boolean, number, setShared, wordOrBoolean } from './shared-settings.ts';
import { mergeOptions } from './views.ts';

/** Each pins a version of its zone here. */
const maxTransfersOut = 64;

/** `views`: what they say of the whole server is converted here, too. */
export function convertOptions(
  options: readonly Statement[],
  views: readonly Statement[],
  conversion: Conversion,
): void {
  // What is allowed on which port depends on it.
  convertListen(options, conversion);
  for (const statement of mergeOptions(options, views, conversion)) {
    // Each view has it for itself.
    if (views.length > 0 && nameOf(statement) === 'catalog-zones') conversion.settings.use(statement.keyword);
    else if (conversion.treat(statement) && !setShared(statement, [], conversion)) setOption(statement, conversion);
  }
  warnOfRecursion(options, views, conversion);
  checkNewZones(options, views, conversion);
}

function setOption(statement: Statement, conversion: Conversion): void {
  const { settings } = conversion;
  const { keyword } = statement;
  const token = firstValue(statement);
  const set = (key: string, value: unknown) => settings.set([key], value, keyword, token);
  switch (nameOf(statement)) {
    case 'blackhole':
      setMatches(statement, ['blackhole'], conversion);
      break;
    case 'catalog-zones':
      convertCatalogs(statement, [], conversion);
      break;
    case 'hostname':
    case 'server-id':
    case 'version': {
      const isNone = token.kind === 'word' && token.text.toLowerCase() === 'none';
      set(nameOf(statement), isNone ? false : token.text);
      break;
    }
    case 'minimal-responses':
      wordOrBoolean(statement, [], conversion);
      break;
    case 'allow-new-zones':
      setNewZones(statement, conversion);
      break;
    case 'answer-cookie':
    case 'querylog':
    case 'responselog':
    case 'require-server-cookie':
      boolean(statement, [], conversion);
      break;
    case 'dnstap':
    case 'dnstap-identity':
    case 'dnstap-output':
    case 'dnstap-version':
      setDnstap(statement, conversion);
      break;
    case 'cookie-algorithm':
      set('cookie-algorithm', token.text.toLowerCase());
      break;
    case 'cookie-secret':
      addCookieSecret(statement, conversion);
      break;
    case 'rate-limit':
      setRateLimit(statement, [], conversion);
      break;
    case 'rrset-order':
      setRrsetOrder(statement, [], conversion);
      break;
    case 'max-udp-size':
      // BIND takes what is beyond as the nearest.
      set('edns-udp-size', Math.min(4096, Math.max(512, Number(token.text))));
      break;
    case 'tcp-idle-timeout':
      set('tcp-idle-timeout', `${Number(token.text) * 100}ms`);
      break;
    case 'transfers-out':
      if (Number(token.text) > maxTransfersOut) {
        conversion.note('NC11', `transfers-out is at most ${maxTransfersOut} here`, token);
      }
      set('transfers-out', Math.min(maxTransfersOut, Number(token.text)));
      break;
    case 'nocookie-udp-size':
    case 'notify-rate':
    case 'serial-query-rate':
    case 'tcp-clients':
    case 'transfers-in':
    case 'transfers-per-ns':
      number(statement, [], conversion);
      break;
    default:
    // directory, port, recursion, listen-on and the like are read where they are needed.
  }
}

function warnOfRecursion(options: readonly Statement[], views: readonly Statement[], conversion: Conversion): void {
  const outside = findStatement(options, 'recursion');
  const scopes: readonly (readonly [Statement | undefined, otherwise: Token])[] =
    views.length === 0
      ? [[outside, conversion.beginning]]
      : views.map((view) => [findStatement(blockOf(view), 'recursion') ?? outside, firstValue(view)]);
  const told = new Set<Token>();
  for (const [recursion, otherwise] of scopes) {
    if (recursion !== undefined && !isYes(firstValue(recursion))) continue;
    const place = recursion?.keyword ?? otherwise;
    if (told.has(place)) continue;
    told.add(place);
    const message =
      'BIND resolves too unless recursion no; clients that use this host as their resolver will get REFUSED';
    conversion.warn('NC14', message, place, 'write recursion no; in options when nobody does');
  }
}
