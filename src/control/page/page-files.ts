/** What the browser runs, as build.ts has made it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';

const names = { html: 'index.html', script: 'page.js', styles: 'styles.css', icon: 'icon.svg' } as const;
export type PageFile = keyof typeof names;

const read = new Map<PageFile, string>();

/** Read once, when it is first asked for. `undefined`: it has not been built. */
export function pageFile(file: PageFile): string | undefined {
  const known = read.get(file);
  if (known !== undefined) return known;
  try {
    const text = readFileSync(join(packageRoot(), 'dist', 'page', names[file]), 'utf8');
    read.set(file, text);
    return text;
  } catch {
    return undefined;
  }
}
