/** pino's JSON lines made readable, for a terminal. */

const colours: Readonly<Record<string, string>> = {
  fatal: '31;1',
  error: '31',
  warn: '33',
  info: '32',
  debug: '90',
  trace: '90',
};

/** `20:39:44.202 info  zoneload: zone a.test/IN: loaded serial 1` from one line of pino's JSON. */
export function formatForTerminal(json: string, isColoured: boolean): string {
  const { level, time, category, msg, detail, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const levelText = String(level).padEnd(5);
  const coloured = isColoured ? `\x1b[${colours[String(level)] ?? '0'}m${levelText}\x1b[0m` : levelText;
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${formatField(value)}`);
  const head = [clockOf(time), coloured, category === 'general' ? msg : `${category}: ${msg}`, ...rest].join(' ');
  return `${head}\n${detail === undefined ? '' : `${String(detail).replace(/^/gm, '    ')}\n`}`;
}

function clockOf(time: unknown): string {
  const date = new Date(String(time));
  const two = (number: number) => String(number).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

function formatField(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
