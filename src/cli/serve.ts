/** `ringzone serve`: the daemon, in the foreground. */
import { runServer } from '../control/server/run-server.ts';
import type { ServeOptions } from '../control/server/serve-plan.ts';

export type { ServeOptions } from '../control/server/serve-plan.ts';

/** Serve until told to stop. Resolves to the exit code: 0 stopped on request, 1 could not start, 2 wrong usage. */
export function runServe(options: ServeOptions): Promise<number> {
  return runServer(options);
}
