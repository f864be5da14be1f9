/** The corpus as octets. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const tests = join(folder, '../..');

/** The lines of hex of a file here; blanks in them are no matter. */
export function readHex(name: string): readonly Uint8Array[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => Uint8Array.from(Buffer.from(line.replaceAll(' ', ''), 'hex')));
}

/** The files of a folder here. */
export function readFolder(name: string): readonly Uint8Array[] {
  return readFiles(join(folder, name), '');
}

/** The files with such an ending in a folder of other tests. */
export function readTestFiles(path: string, ending: string): readonly Uint8Array[] {
  return readFiles(join(tests, path), ending);
}

/** Words of a language, each a line of JSON. */
export function readWords(name: string): readonly string[] {
  const lines = readFileSync(join(folder, 'words', `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as string);
}

/** The blocks of such a language in the documents. */
export function readBlocks(language: string): readonly Uint8Array[] {
  const blocks = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm');
  return readTestFiles('../docs', '.md').flatMap((document) =>
    [...new TextDecoder().decode(document).matchAll(blocks)].map(([, text]) => new TextEncoder().encode(text)),
  );
}

function readFiles(path: string, ending: string): readonly Uint8Array[] {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => new Uint8Array(readFileSync(file)));
}
