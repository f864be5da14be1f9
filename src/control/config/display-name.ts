/** A zone's name in logs: as written, without the final dot. */
export function displayName(name: string): string {
  return name === '.' ? name : name.replace(/\.$/, '');
}
