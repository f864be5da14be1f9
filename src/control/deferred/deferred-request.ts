import { cookieOptionOctets, ServerCookies } from '../../answer/cookie/server-cookies.ts';
import { Client } from '../../plane/access/client.ts';
import type { CookieSettings } from '../../plane/answer-settings.ts';
import type { Deferred, Endpoint } from '../../plane/deferred.ts';
import { formatAddress } from '../../plane/sockets/socket-address.ts';
import { type Reply, writeReply } from '../../transfer/reply.ts';
import { signResponse, tsigReserveOctets } from '../../tsig/sign-response.ts';
import { nameText } from '../../wire/name.ts';
import { Request } from '../../wire/request.ts';

/** A NOTIFY, an UPDATE or a peer's question that a worker has left to main: what it asks, who sends it, and the way back. Answer it once, or dismiss it. */
export class DeferredRequest {
  readonly deferred: Deferred;
  readonly request: Request;
  /** `client @0x7f1fe6c91c98 127.0.0.1#52279/key ddns-key`, with `: view inside` behind it, as the lines of logs begin. */
  readonly clientText: string;
  private readonly finish: (octets: Uint8Array | undefined) => void;
  private readonly cookies: CookieSettings | undefined;

  /**
   * `object` is that of BIND's lines; `finish` sends the octets, or nothing. `viewName`: none for the default view. `cookies`: none where
   * they are not answered.
   */
  constructor(
    deferred: Deferred,
    object: string,
    finish: (octets: Uint8Array | undefined) => void,
    viewName?: string | undefined,
    cookies?: CookieSettings | undefined,
  ) {
    this.deferred = deferred;
    this.request = new Request();
    this.request.parse(deferred.message, 0, deferred.message.length);
    const view = viewName === undefined ? '' : `: view ${viewName}`;
    this.clientText = `client @${object} ${formatEndpoint(deferred.client)}${this.keyText('/key ')}${view}`;
    this.finish = finish;
    this.cookies = cookies;
  }

  /** For access lists. */
  get client(): Client {
    const client = new Client();
    const { family, octets, port } = this.deferred.client;
    client.family = family;
    client.octets = octets;
    client.port = port;
    client.key = this.deferred.verdict?.keyNumber ?? -1;
    return client;
  }

  /** The name of the key that it is signed with, behind `lead`; nothing where it isn't signed. */
  keyText(lead: string): string {
    const { verdict } = this.deferred;
    if (verdict === undefined) return '';
    return lead + nameText(verdict.record.keyName);
  }

  /** Send the response, signed if the request was. */
  answer(reply: Reply): void {
    this.answerWith(writeReply(this.request, { ...reply, cookie: this.makeCookie() }));
  }

  /** The option that answers the cookie of the request, which changes nothing else here: who may do what is said by address and key. */
  private makeCookie(): Uint8Array | undefined {
    const { cookieOffset, cookieOctets } = this.request;
    if (this.cookies === undefined || cookieOctets === 0) return undefined;
    const cookies = new ServerCookies(this.cookies.secrets);
    const nowSeconds = Math.floor(Date.now() / 1000);
    cookies.check(this.deferred.message, cookieOffset, cookieOctets, this.client, nowSeconds);
    const option = new Uint8Array(cookieOptionOctets);
    cookies.writeOption(option, 0);
    return option;
  }

  /** Send this response, signed if the request was. */
  answerWith(octets: Uint8Array): void {
    const { verdict } = this.deferred;
    if (verdict === undefined) {
      this.finish(octets);
      return;
    }
    const out = new Uint8Array(octets.length + tsigReserveOctets(verdict));
    out.set(octets);
    this.finish(out.subarray(0, signResponse(verdict, out, 0, octets.length, Math.floor(Date.now() / 1000))));
  }

  /** Say nothing. */
  dismiss(): void {
    this.finish(undefined);
  }
}

/** `127.0.0.1#52279`, as BIND writes it. */
export function formatEndpoint({ octets, port }: Endpoint): string {
  return `${formatAddress(octets)}#${port}`;
}
