/** A configuration of thousands of zones may be thoroughly wrong. */
const maxReasons = 20;

/** The first ones, and how many there are more. */
export function few(reasons: readonly string[]): readonly string[] {
  const more = reasons.length - maxReasons;
  return more > 0 ? [...reasons.slice(0, maxReasons), `and ${more} more: see the log`] : reasons;
}
