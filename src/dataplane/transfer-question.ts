/** A transfer question that may be answered, and all that its answer needs of it: the message's own octets are used again. */
import type { Client } from '../plane/access/client.ts';
import { readClientSerial } from '../transfer/out/ixfr-request.ts';
import type { TsigAccepted } from '../tsig/verify-request.ts';
import { headerOctets, Type } from '../wire/codes.ts';
import { asWireName, type WireName } from '../wire/name.ts';
import type { Request } from '../wire/request.ts';

export interface TransferQuestion {
  /** Case as asked. */
  readonly qname: WireName;
  readonly class: number;
  /** The view, and its name; the default one has none. */
  readonly view: number;
  readonly viewName?: string | undefined;
  readonly isIxfr: boolean;
  /** Of an IXFR; -1 where it names none. */
  readonly clientSerial: number;
  /** As the answerer made it: header, question, OPT; not signed. */
  readonly frame: Uint8Array;
  readonly verdict: TsigAccepted | undefined;
  readonly client: TransferClient;
}

export interface TransferClient {
  readonly family: 4 | 6;
  readonly address: Uint8Array;
  readonly port: number;
}

/** The view that a question is for. */
export interface QuestionView {
  readonly number: number;
  readonly name: string | undefined;
}

/** Where messages lie. */
export interface MessagePlace {
  readonly octets: Uint8Array;
  readonly offset: number;
  readonly length: number;
}

/** Copy what is needed of the request in `message`, and of the frame that answers it. */
export function takeTransferQuestion(
  request: Request,
  message: MessagePlace,
  frame: MessagePlace,
  verdict: TsigAccepted | undefined,
  client: Client,
  view: QuestionView,
): TransferQuestion {
  const isIxfr = request.qtype === Type.ixfr;
  const addressOctets = client.family === 4 ? 4 : 16;
  return {
    qname: asWireName(request.qname.slice(0, request.qnameOctets)),
    class: request.qclass,
    view: view.number,
    viewName: view.name,
    isIxfr,
    clientSerial: isIxfr ? readClientSerial(message.octets, message.offset, message.length, request) : -1,
    frame: frame.octets.slice(frame.offset, frame.offset + frame.length),
    verdict,
    client: {
      family: client.family,
      address: client.octets.slice(client.offset, client.offset + addressOctets),
      port: client.port,
    },
  };
}

/** Of the frame: the question section, and the OPT or nothing. */
export function questionOf({ frame, qname }: TransferQuestion): Uint8Array {
  return frame.subarray(headerOctets, headerOctets + qname.length + 4);
}

export function optOf({ frame, qname }: TransferQuestion): Uint8Array {
  return frame.subarray(headerOctets + qname.length + 4);
}
