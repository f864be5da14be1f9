/** Main's part of answering peers: the health thread knows what to say, this makes a message of it. */
import { maxMessageOctets } from '../../base/limits.ts';
import { protocolOf } from '../../plane/deferred.ts';
import { TapProtocol } from '../../plane/rings/tap-record.ts';
import { tsigReserveOctets } from '../../tsig/sign-response.ts';
import { Rcode } from '../../wire/codes.ts';
import { nameText } from '../../wire/name.ts';
import type { DeferredRequest } from '../deferred/deferred-request.ts';
import type { Health } from '../health/health.ts';
import { emptyAnswerOctets, udpPayloadOctets, writeAnswer } from './peer-messages.ts';

/** A key that asks more often in a second is not heard for the rest of it: that is no peer any more, but a fault. */
const maxPerSecond = 200;

/** Answers the questions that workers leave to main because a peer has signed them. */
export class PeerAnswers {
  private readonly health: Pick<Health, 'answerPeer'>;
  private readonly clock: () => number;
  /** By the key's name, in the second that goes on. */
  private readonly counts = new Map<string, number>();
  private second = 0;

  /** `clock`: milliseconds since any moment. */
  constructor(health: Pick<Health, 'answerPeer'>, clock: () => number = () => performance.now()) {
    this.health = health;
    this.clock = clock;
  }

  /** Never rejects. */
  async take(request: DeferredRequest): Promise<void> {
    const { verdict } = request.deferred;
    const keyName = verdict === undefined ? undefined : nameText(verdict.key.name);
    if (verdict === undefined || keyName === undefined) {
      request.answer({ rcode: Rcode.refused });
      return;
    }
    if (!this.mayAsk(keyName)) {
      request.dismiss();
      return;
    }
    const { request: asked, deferred } = request;
    const isDatagram = protocolOf(deferred.route) === TapProtocol.udp;
    const limit = isDatagram ? Math.min(asked.udpPayloadOctets, udpPayloadOctets) : maxMessageOctets;
    const room = limit - tsigReserveOctets(verdict) - emptyAnswerOctets(asked);
    const qname = asked.qname.slice(0, asked.qnameOctets);
    const said = await this.health.answerPeer(qname, keyName, room);
    if (said === undefined) request.answer({ rcode: Rcode.servFail });
    else request.answerWith(writeAnswer(asked, said.texts, isDatagram && !said.isWhole));
  }

  private mayAsk(keyName: string): boolean {
    const second = Math.floor(this.clock() / 1000);
    if (second !== this.second) this.counts.clear();
    this.second = second;
    const count = (this.counts.get(keyName) ?? 0) + 1;
    this.counts.set(keyName, count);
    return count <= maxPerSecond;
  }
}
