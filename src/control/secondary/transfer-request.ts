import { putU16 } from '../../base/octets.ts';
import {
  maxQuestionOctets,
  type TransferQuestion,
  writeTransferQuestion,
} from '../../transfer/in/transfer-question.ts';
import type { TsigClient } from '../../tsig/tsig-client.ts';

/** The request as it goes into a stream: its length in front (RFC 1035 §4.2.2), signed where there is a key. */
export function writeSignedQuestion(
  question: TransferQuestion,
  client: TsigClient | undefined,
  nowSeconds: number,
): Uint8Array {
  const out = new Uint8Array(lengthOctets + maxQuestionOctets + (client?.reserveOctets ?? 0));
  const plain = writeTransferQuestion(question, out, lengthOctets);
  const octets = client?.signRequest(out, lengthOctets, plain, nowSeconds) ?? plain;
  putU16(out, 0, octets);
  return out.slice(0, lengthOctets + octets);
}

const lengthOctets = 2;
