/** For load balancers and orchestrators: texts of one line, the status says it. */
import { readinessOf } from './readiness.ts';
import type { Route } from './route.ts';

const contentType = 'text/plain; charset=utf-8';

export const healthRoutes: readonly (readonly [path: string, route: Route])[] = [
  // Main turns, or there would be no answer. Workers that die are replaced without anybody's help.
  ['/healthz', { contentType, hosts: 'any', body: () => 'ok\n' }],
  [
    '/readyz',
    {
      contentType,
      hosts: 'any',
      body(source) {
        const { isReady, reason } = readinessOf(source);
        return { status: isReady ? 200 : 503, text: `${reason}\n` };
      },
    },
  ],
];
