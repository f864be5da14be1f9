/** Where the code of each kind of thread lies, from source and in the packed form. */

/** The kinds of threads, each with the room that it belongs to. */
const rooms = {
  'udp-worker': 'dataplane',
  'tcp-worker': 'dataplane',
  'loader-thread': 'control',
  'log-thread': 'control',
  'dnstap-thread': 'control',
  'health-thread': 'control',
} as const;
export type ThreadName = keyof typeof rooms;

/** The file to start a thread of this name with: `dist/NAME.cjs` beside this code where it is packed, else the source. */
export function threadEntry(name: ThreadName): URL {
  return resolveThreadEntry(name, import.meta.url);
}

/** The same for code at `here`. Packed code lies in one folder, in files of JavaScript. */
export function resolveThreadEntry(name: ThreadName, here: string): URL {
  if (here.endsWith('.ts')) return new URL(`../${rooms[name]}/${name}.ts`, here);
  return new URL(`./${name}.cjs`, here);
}
