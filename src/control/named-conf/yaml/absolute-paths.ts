import { resolve } from 'node:path';

/** The keys of ringzone.yaml whose values are paths. Maps may have entries of the same names, which are no text. */
const pathKeys = ['file', 'cert-file', 'key-file', 'ca-file', 'secret-file', 'unix'];

/** A copy in which every path is absolute, so that it means the same wherever the file is kept. `folder`: where relative ones start. */
export function withAbsolutePaths(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withAbsolutePaths(item, folder));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    const isPath = pathKeys.includes(key) && typeof item === 'string';
    return [key, isPath ? resolve(folder, item) : withAbsolutePaths(item, folder)];
  });
  return Object.fromEntries(entries);
}
