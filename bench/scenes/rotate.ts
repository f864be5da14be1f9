/** The same list, begun `by` places further on: so no server always follows the same other one. */
export function rotate<T>(list: readonly T[], by: number): readonly T[] {
  const first = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}
