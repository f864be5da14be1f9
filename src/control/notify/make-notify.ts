import { randomInt } from 'node:crypto';
import { TsigClient } from '../../tsig/tsig-client.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import { Rcode } from '../../wire/codes.ts';
import { rcodeText } from '../../wire/rcode-text.ts';
import type { Ask } from '../secondary/ask.ts';
import { verifierOf } from '../secondary/tsig-verifier.ts';
import { type Notice, readNotifyResponse, writeNotify } from './notify-message.ts';

/** A server has answered our NOTIFY. */
export interface NotifyResponse {
  /** Why it will not come; `undefined`: it has understood. */
  readonly problem: string | undefined;
}

/** A NOTIFY, signed where there is a key, and who reads the response. */
export function makeNotify(notice: Notice, key: TsigKey | undefined): Ask<NotifyResponse> {
  const id = randomInt(0x10000);
  const client = key === undefined ? undefined : new TsigClient(key);
  const { out, octets: plain } = writeNotify(notice, id, client?.reserveOctets ?? 0);
  const octets = client?.signRequest(out, 0, plain, nowSeconds()) ?? plain;
  const verifier = client === undefined ? undefined : verifierOf(client, nowSeconds);
  return {
    message: out.subarray(0, octets),
    read: (message, start, end) => {
      const rcode = readNotifyResponse(id, message, start, end);
      if (rcode === undefined) return undefined;
      if (rcode !== Rcode.noError) return { problem: rcodeText(rcode) };
      return { problem: verifier?.verify(message, start, end) };
    },
  };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
