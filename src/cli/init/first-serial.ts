/** The serial of a zone that is written anew. */
import { isNewerSerial } from '../../base/serial.ts';

/** The date and 01 (RFC 1912 §2.2), or one above that which was there (0: none), so that secondaries follow. */
export function firstSerial(today: Date, before: number): number {
  const [year, month, day] = [today.getFullYear(), today.getMonth() + 1, today.getDate()];
  const byDate = (year * 10_000 + month * 100 + day) * 100 + 1;
  return before === 0 || isNewerSerial(byDate, before) ? byDate : before + 1;
}
