/** Set by bin/load-bundle.cjs where what is compiled is to be kept and nothing is kept yet. */
const holder = globalThis as { keepCompiledBundles?: (() => void) | undefined };

/**
 * Keep what V8 has compiled of this thread's code, for a quicker next start. Call it when all has run that a start runs; costs some
 * milliseconds at the first start of a release, and nothing later. Does not throw.
 */
export function keepCompiledCode(): void {
  holder.keepCompiledBundles?.();
}

/** So long after a thread is ready it is kept, where a timer can say so: the first answers are given by then. */
export const keepCompiledAfterMs = 250;
