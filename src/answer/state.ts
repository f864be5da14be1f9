/** How a name was solved. */
export const State = {
  /** The answer section holds what was asked. */
  hit: 0,
  /** An alias leads to another name. */
  follow: 1,
  /** The chain led out of our zones, in a circle, too far, or to no name at all. What there is stands. */
  left: 2,
  /** The name is at or below a zone cut. */
  delegation: 3,
  /** The name exists and has nothing of the type (RFC 2308 §2.2); or its wildcard has not. */
  noData: 4,
  wildcardNoData: 5,
  /** The name doesn't exist (RFC 2308 §2.1). */
  nameError: 6,
} as const;
export type State = (typeof State)[keyof typeof State];
