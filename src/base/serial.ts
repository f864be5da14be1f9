/** Whether serial `a` is newer than `b` (RFC 1982 §3.2). At a distance of exactly 2^31 neither is. */
export function isNewerSerial(a: number, b: number): boolean {
  const distance = (a - b) | 0;
  return distance > 0;
}
