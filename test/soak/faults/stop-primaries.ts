/** The primaries hang for a while: their kernels take connections and datagrams, and nobody answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const hungMs = 5000;

export const stopPrimaries: Fault = {
  name: 'primaries hang',
  losses: [],
  isTrouble: false,
  inflict: async ({ primary, bind }) => {
    const children = [primary.child, ...(bind === undefined ? [] : [bind.child])];
    for (const child of children) child.kill('SIGSTOP');
    await sleep(hungMs);
    for (const child of children) child.kill('SIGCONT');
  },
};
