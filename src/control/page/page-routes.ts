/** The status page over HTTP: its files, its lists, and what happens meanwhile. */
import { zoneOrders } from '../../page/page-data.ts';
import type { LiveRoute, Route } from '../http/route.ts';
import { type PageFile, pageFile } from './page-files.ts';

/** Nothing but our own files, nothing written into the page, nothing around it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const notBuilt =
  'The page has not been built: run `npm run build` (or `node build.ts`) in the folder of the sources, then reload.\n';

function fileRoute(file: PageFile, contentType: string): Route {
  return {
    contentType,
    hosts: 'known',
    isPacked: true,
    headers: { 'Content-Security-Policy': contentSecurityPolicy },
    body() {
      const text = pageFile(file);
      return text === undefined ? { status: 503, text: notBuilt } : [text];
    },
  };
}

const maxSearchCharacters = 255;

/** What is searched for, and which part of what is found. */
function listQuery(query: URLSearchParams): { readonly search: string; readonly page: number } {
  const page = Number(query.get('page') ?? 0);
  const search = (query.get('search') ?? '').slice(0, maxSearchCharacters);
  return { search, page: Number.isSafeInteger(page) ? page : 0 };
}

async function* jsonOf(list: Promise<object>): AsyncGenerator<string> {
  yield JSON.stringify(await list);
}

const contentType = 'application/json';

export const pageRoutes: readonly (readonly [path: string, route: Route | LiveRoute])[] = [
  ['/', fileRoute('html', 'text/html; charset=utf-8')],
  ['/page/page.js', fileRoute('script', 'text/javascript; charset=utf-8')],
  ['/page/styles.css', fileRoute('styles', 'text/css; charset=utf-8')],
  ['/page/icon.svg', fileRoute('icon', 'image/svg+xml')],
  ['/page/live', { hosts: 'known', open: ({ page }, response) => page.open(response) }],
  [
    '/page/services',
    {
      contentType,
      hosts: 'known',
      body({ page }, query) {
        const asked = listQuery(query);
        return jsonOf(page.listServices(asked.search, asked.page));
      },
    },
  ],
  [
    '/page/zones',
    {
      contentType,
      hosts: 'known',
      body({ page }, query) {
        const asked = listQuery(query);
        const order = zoneOrders.find((name) => name === query.get('order')) ?? 'trouble';
        return jsonOf(page.listZones(asked.search, order, asked.page));
      },
    },
  ],
];
