/**
 * V8 counts no shared memory. A thread that gets one large buffer after the other, and makes next to no garbage of its own as one that
 * blocks in its socket does, would keep all of them: nothing tells it to collect. So each has beside it memory of the thread's own of the
 * same size, which is counted and, never touched, takes none from the system.
 */
const weights = new WeakMap<object, ArrayBuffer>();

/** Have `owner`, a window on that buffer, count as much as the buffer has octets. Returns it. */
export function weighed<T extends object>(owner: T, shared: SharedArrayBuffer): T {
  try {
    weights.set(owner, new ArrayBuffer(shared.byteLength));
  } catch {
    // The system has no room for it, not even on paper; then it weighs nothing.
  }
  return owner;
}
