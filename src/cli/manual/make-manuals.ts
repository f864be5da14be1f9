/** The manual pages that build.ts puts into dist/man. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, packageVersion } from '../../control/package-root.ts';
import { describeProgram } from '../command-table.ts';
import { buildProgram } from '../main.ts';
import { formatMarkdownPage } from './markdown-page.ts';
import { formatProgramPage } from './program-page.ts';

export interface Manual {
  /** `ringzone.1` */
  readonly name: string;
  readonly text: string;
}

export function makeManuals(): Manual[] {
  const program = describeProgram(buildProgram(process, () => {}));
  const pages = [{ name: 'ringzone.1', text: formatProgramPage(program) }];
  const configuration = join(packageRoot(), 'docs/configuration.md');
  // An image is built without docs, and nobody reads pages there.
  if (!existsSync(configuration)) return pages;
  const head = {
    title: 'ringzone.yaml',
    section: 5,
    version: packageVersion(),
    summary: 'configuration of the DNS server ringzone',
  };
  return [...pages, { name: 'ringzone.yaml.5', text: formatMarkdownPage(head, readFileSync(configuration, 'utf8')) }];
}
