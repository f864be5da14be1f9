/** The response's OPT (RFC 6891 §6.1): there iff the request has one, kept when the answer is truncated. */
import { putU16, putU32 } from '../base/octets.ts';
import type { AnswerSettings } from '../plane/answer-settings.ts';
import { EdnsOption, Type } from '../wire/codes.ts';
import { ednsFlagDo, ednsVersion, optFixedOctets, optionHeaderOctets } from '../wire/edns.ts';
import type { Request } from '../wire/request.ts';
import { type ResponseWriter, Section } from '../wire/response.ts';
import { noExpire } from './expire.ts';
import type { ExtendedError } from './extended-error.ts';

export class OptRecord {
  private readonly udpOctets: number;
  private readonly nsid: Uint8Array;
  /** Octets of the options last written; none where there was no OPT. */
  optionOctets = 0;
  private reserved = 0;
  private readonly work = new Uint8Array(workOctets);

  constructor(settings: AnswerSettings) {
    this.udpOctets = settings.ednsUdpOctets;
    this.nsid = new TextEncoder().encode(settings.serverId ?? '').slice(0, maxNsidOctets);
  }

  /** Keep room for the OPT of this response, before anything is written. */
  reserve(request: Request, response: ResponseWriter): void {
    this.reserved = request.hasEdns ? optFixedOctets + this.nsidOctets(request) + expireOctets(request) : 0;
    response.reserve(this.reserved);
  }

  /**
   * Write it, as the last record; `error` where the client is told more than the RCODE (RFC 8914), if that fits; `expireSeconds` unless
   * that is `noExpire`, for who asks.
   */
  write(
    request: Request,
    response: ResponseWriter,
    rcode: number,
    error: ExtendedError | undefined,
    expireSeconds: number = noExpire,
  ): void {
    this.optionOctets = 0;
    if (!request.hasEdns) return;
    response.reserve(-this.reserved);
    const { work } = this;
    let at = optFixedOctets;
    if (this.nsidOctets(request) > 0) at = putOption(work, at, EdnsOption.nsid, this.nsid);
    if (expireSeconds !== noExpire) at = putExpire(work, at, expireSeconds);
    if (error !== undefined && response.hasRoom(at + optionHeaderOctets + error.rdata.length)) {
      at = putOption(work, at, EdnsOption.ede, error.rdata);
    }
    work[0] = 0;
    putU16(work, 1, Type.opt);
    putU16(work, 3, this.udpOctets);
    work[5] = rcode >>> 4;
    work[6] = ednsVersion;
    // RFC 3225 §3: DO is copied.
    putU16(work, 7, request.dnssecOk ? ednsFlagDo : 0);
    putU16(work, 9, at - optFixedOctets);
    response.section = Section.additional;
    this.optionOctets = at - optFixedOctets;
    if (response.writeOctets(work, 0, at)) response.countRecord();
  }

  /** RFC 5001 §2.1: only who asks gets it. */
  private nsidOctets(request: Request): number {
    return request.wantsNsid && this.nsid.length > 0 ? optionHeaderOctets + this.nsid.length : 0;
  }
}

function expireOctets(request: Request): number {
  return request.wantsExpire ? optionHeaderOctets + 4 : 0;
}

function putExpire(out: Uint8Array, at: number, seconds: number): number {
  putU16(out, at, EdnsOption.expire);
  putU16(out, at + 2, 4);
  putU32(out, at + optionHeaderOctets, seconds);
  return at + optionHeaderOctets + 4;
}

function putOption(out: Uint8Array, at: number, code: number, data: Uint8Array): number {
  putU16(out, at, code);
  putU16(out, at + 2, data.length);
  out.set(data, at + optionHeaderOctets);
  return at + optionHeaderOctets + data.length;
}

/** Beside the longest question and the OPT, 512 octets leave 226. */
const maxNsidOctets = 128;
/** OPT, NSID and an error's text. */
const workOctets = 512;
