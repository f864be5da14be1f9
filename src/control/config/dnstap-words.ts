/** The words by which dnstap's messages are chosen: BIND's, with a hyphen where named.conf has a blank. */
import { TapType } from '../../plane/rings/tap-record.ts';

const bit = (type: TapType) => 1 << type;
const query = { auth: bit(TapType.authQuery), update: bit(TapType.updateQuery) };
const response = { auth: bit(TapType.authResponse), update: bit(TapType.updateResponse) };

/** A set of `TapType` for each. */
export const dnstapWords = {
  all: query.auth | response.auth | query.update | response.update,
  'all-query': query.auth | query.update,
  'all-response': response.auth | response.update,
  auth: query.auth | response.auth,
  'auth-query': query.auth,
  'auth-response': response.auth,
  update: query.update | response.update,
  'update-query': query.update,
  'update-response': response.update,
} as const;
export type DnstapWord = keyof typeof dnstapWords;

export const dnstapWordList = Object.keys(dnstapWords) as readonly DnstapWord[];
