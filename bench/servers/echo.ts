import { resolve } from 'node:path';
import type { ServerProgram } from './server-program.ts';

/** No DNS: sends each question back with QR set, by the calls that Ringzone uses. */
export const echo: ServerProgram = {
  name: 'echo',
  command: process.execPath,
  settings: 'the same koffi calls and socket options in the same Node, sends each question back with QR set',
  versionArguments: ['--version'],
  versionPattern: /v(\S+)/,
  isEcho: true,
  configure: (_folder, port) => [resolve(import.meta.dirname, '../echo.ts'), `${port}`],
};
