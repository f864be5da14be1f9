/** The view of a message (BIND's `view`): the first one that fits who sends it, how it is signed, and where it was sent. */
import { AccessList } from '../plane/access/access-list-table.ts';
import { Flag } from '../wire/codes.ts';
import type { AnswerContext } from './answer-context.ts';

/** Of a message that no view fits. */
export const noView = -1;
/** Given to the answerer in place of a view's number: it chooses. */
export const viewByClient = -1;
/** The one view that there is without views. */
const defaultView = 0;

/** Choose by the client and the header of the request. A signature must have been looked at before: the key counts. */
export function chooseView(context: AnswerContext): number {
  const { reader } = context;
  const count = reader.viewCount();
  if (count === 0) return defaultView;
  for (let i = 0; i < count; i++) if (isFor(context, i)) return reader.viewNumber(i);
  return noView;
}

function isFor({ reader, access, client, request }: AnswerContext, index: number): boolean {
  const clients = reader.viewClients(index);
  if (clients !== AccessList.any && !access.allows(clients, client)) return false;
  const destinations = reader.viewDestinations(index);
  if (destinations !== AccessList.any && !access.allowsDestination(destinations, client)) return false;
  return !reader.isViewRecursiveOnly(index) || (request.flags & Flag.rd) !== 0;
}
