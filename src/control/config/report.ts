import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ConfigCode } from './codes.ts';
import type { Path } from './yaml-source.ts';

/** Report a problem at a place of the file. */
export type Report = (
  severity: Diagnostic['severity'],
  code: ConfigCode,
  message: string,
  path: Path,
  part: 'key' | 'value',
  hint?: string,
) => void;
