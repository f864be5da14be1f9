import { maxNameOctets } from '../base/limits.ts';
import { u16At } from '../base/octets.ts';
import { type TapProtocol, TapType } from '../plane/rings/tap-record.ts';
import { TapRingWriter, type TapStart } from '../plane/rings/tap-ring.ts';
import { Flag, Opcode } from '../wire/codes.ts';
import type { Responder } from './responder.ts';

/**
 * Tells dnstap of messages as they go over the wire; there is one only while that is wanted. What can't be parsed, or is not
 * answered by intent, is not told (nor by BIND). Per message it makes no object.
 */
export class MessageTap {
  private readonly ring: TapRingWriter;
  private readonly responder: Responder;
  private readonly apex = new Uint8Array(maxNameOctets);

  constructor(start: TapStart, responder: Responder) {
    this.ring = new TapRingWriter(start);
    this.responder = responder;
  }

  /** The responder's message came in by this way, at our port. */
  asked(localPort: number, protocol: TapProtocol, message: Uint8Array, at: number, octets: number): void {
    const { request, client, timeMs } = this.responder;
    if (!request.hasQuestion) return;
    const type = request.opcode === Opcode.update ? TapType.updateQuery : TapType.authQuery;
    this.ring.append(type, timeMs, client, localPort, protocol, message, at, octets);
  }

  /** The same, and its response goes out. */
  answered(
    localPort: number,
    protocol: TapProtocol,
    message: Uint8Array,
    at: number,
    octets: number,
    response: Uint8Array,
    responseAt: number,
    responseOctets: number,
  ): void {
    this.asked(localPort, protocol, message, at, octets);
    this.sent(localPort, protocol, response, responseAt, responseOctets);
  }

  /** Show the dnstap thread what this batch has told. */
  publish(): void {
    this.ring.publish();
  }

  private sent(localPort: number, protocol: TapProtocol, response: Uint8Array, at: number, octets: number): void {
    const { request, client, timeMs } = this.responder;
    if (!request.hasQuestion) return;
    const type = request.opcode === Opcode.update ? TapType.updateResponse : TapType.authResponse;
    if (!this.ring.wants(type)) return;
    const isOfZone = (u16At(response, at + 2) & Flag.aa) !== 0;
    const apexOctets = isOfZone ? this.responder.writeApex(this.apex) : 0;
    this.ring.append(type, timeMs, client, localPort, protocol, response, at, octets, this.apex, apexOctets);
  }
}
