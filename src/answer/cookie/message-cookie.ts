/** The cookie of the message at hand, and what follows from it for the response; one object for each answerer. */
import { maxMessageOctets } from '../../base/limits.ts';
import { putU16 } from '../../base/octets.ts';
import type { Client } from '../../plane/access/client.ts';
import type { AnswerSettings } from '../../plane/answer-settings.ts';
import { minUdpPayloadOctets } from '../../wire/edns.ts';
import { type Request, RequestStatus } from '../../wire/request.ts';
import { Transport } from '../outcome.ts';
import { CookieStatus, cookieOptionOctets, ServerCookies } from './server-cookies.ts';

export class MessageCookie {
  /** What it is worth; `none` too where cookies are not looked at. */
  status: CookieStatus = CookieStatus.none;
  /** The message is to be answered with BADCOOKIE. */
  isRefused = false;
  private readonly cookies: ServerCookies | undefined;
  private readonly isRequired: boolean;
  private readonly udpOctets: number;
  private readonly noCookieUdpOctets: number;

  constructor({ cookies, ednsUdpOctets, noCookieUdpOctets }: AnswerSettings) {
    this.cookies = cookies === undefined ? undefined : new ServerCookies(cookies.secrets);
    this.isRequired = cookies?.isRequired ?? false;
    this.udpOctets = ednsUdpOctets;
    // A question, with what says that the rest was left out, needs as much.
    this.noCookieUdpOctets = Math.max(noCookieUdpOctets ?? maxMessageOctets, minUdpPayloadOctets);
  }

  /** Look at the request's cookie, if it has one. */
  check(
    request: Request,
    message: Uint8Array,
    status: RequestStatus,
    transport: Transport,
    client: Client,
    nowSeconds: number,
  ): void {
    const { cookies } = this;
    this.isRefused = false;
    this.status = CookieStatus.none;
    if (cookies === undefined || request.cookieOctets === 0 || status === RequestStatus.formErr) return;
    // A later version's options are not looked at.
    if (status === RequestStatus.badVers) return;
    this.status = cookies.check(message, request.cookieOffset, request.cookieOctets, client, nowSeconds);
    if (transport !== Transport.udp || status !== RequestStatus.ok) return;
    // As BIND 9.18: of those who know cookies. A wrong cookie is as good as none (RFC 7873 §5.2.4).
    this.isRefused = this.isRequired && this.status !== CookieStatus.valid;
  }

  /**
   * Of the response without its cookie, RFC 6891 §6.2.3 to §6.2.5: what the sender takes, but not more than we send; 512 octets where it
   * doesn't say.
   */
  limitOctets(request: Request, transport: Transport): number {
    const { status } = this;
    // The cookie comes behind the rest, so that one response in the cache serves for all cookies.
    const reserved = status === CookieStatus.none ? 0 : cookieOptionOctets;
    if (transport === Transport.tcp) return maxMessageOctets - reserved;
    const limit = request.hasEdns ? Math.min(request.udpPayloadOctets, this.udpOctets) : minUdpPayloadOctets;
    if (status === CookieStatus.valid) return limit - reserved;
    return Math.min(limit, this.noCookieUdpOctets) - reserved;
  }

  /**
   * Put the answering cookie behind the options of the OPT, of so many octets, that the response of so many octets ends with. Returns the
   * response's octets then.
   */
  add(response: Uint8Array, offset: number, octets: number, optionOctets: number): number {
    if (this.status === CookieStatus.none || octets === 0) return octets;
    const end = offset + octets;
    putU16(response, end - optionOctets - 2, optionOctets + cookieOptionOctets);
    return (this.cookies as ServerCookies).writeOption(response, end) - offset;
  }
}
