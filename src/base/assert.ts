/** Throw when `condition` is false. For bugs only: what the outside world can cause is handled, never asserted. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message);
}

export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}
