/** Whether a command printed what the guide shows: times, ports and the like masked, `...` for any lines. */

/** What is another at each run. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/\b\d\d-\w{3}-\d{4} \d\d:\d\d:\d\d\.\d{3}\b/g, 'TIME'],
  [/\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'DATE'],
  [/@0x[0-9a-f]+/g, '@OBJECT'],
  [/(?<=127\.0\.0\.1)#\d+/g, '#PORT'],
  [/\b\d+ bytes, \d+\.\d{3} secs \(\d+ bytes\/sec\)/g, 'SIZE'],
  [/\b[Rr]ingzone \d+\.\d+\.\d+( \(Node [\d.]+\))?/g, 'RINGZONE'],
];

function masked(text: string): string {
  return masks.reduce((result, [pattern, mask]) => result.replace(pattern, mask), text);
}

/** Whether `output` is what `shown` shows. */
export function agrees(output: string, shown: string): boolean {
  const parts = masked(shown)
    .split(/^\.\.\.\n/m)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('(?:.*\\n)*')}$`).test(masked(output));
}
