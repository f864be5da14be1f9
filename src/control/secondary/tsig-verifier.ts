import type { MessageVerifier } from '../../transfer/in/incoming-transfer.ts';
import type { TsigCheck, TsigClient } from '../../tsig/tsig-client.ts';

/** The messages of an answer as a key vouches for them. `nowSeconds`: since 1970. */
export function verifierOf(client: TsigClient, nowSeconds: () => number): MessageVerifier {
  return {
    verify: (message, start, end) => problemText(client.verify(message, start, end, nowSeconds())),
    finish: () => problemText(client.finish()),
  };
}

function problemText(check: TsigCheck): string | undefined {
  return typeof check === 'string' ? undefined : `TSIG: ${check.problem}`;
}
