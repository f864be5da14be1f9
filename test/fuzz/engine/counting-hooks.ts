/** Makes every file of the product that this thread imports from now on count its steps. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { instrument } from './instrument.ts';
import { installStepCounter } from './steps.ts';

const product = new URL('../../../src/', import.meta.url).href;

export function countStepsOfProduct(): void {
  installStepCounter();
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith(product) || !url.endsWith('.ts')) return nextLoad(url, context);
      const source = instrument(readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
