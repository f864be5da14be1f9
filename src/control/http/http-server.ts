/** The HTTP server: reading alone, for few clients that need not be friendly. What it serves are the routes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { err, ok, type Result } from '../../base/result.ts';
import type { AccessListTable } from '../../plane/access/access-list-table.ts';
import { AccessLists } from '../../plane/access/access-lists.ts';
import { Client } from '../../plane/access/client.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import { type ListenError, listenError } from '../../plane/sockets/listen-error.ts';
import { formatListenAddress, parseAddress } from '../../plane/sockets/socket-address.ts';
import type { HttpListen } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { acceptsGzip } from './gzip-parts.ts';
import { isLoopback, isOwnHost } from './host-check.ts';
import type { HttpSource } from './http-source.ts';
import { respondPacked, respondParts, respondText } from './respond.ts';
import type { Route, RouteTable } from './route.ts';

/** Collectors and a few people; each address has its own. */
export interface HttpLimits {
  readonly connections: number;
  /** A request's head must be there after this, from its first octet or the connection's beginning. */
  readonly headMs: number;
  /** Between requests. */
  readonly keepAliveMs: number;
  /** Nothing is read or written: a client that takes its response so slowly gets no more of it. */
  readonly idleMs: number;
}

const usualLimits: HttpLimits = { connections: 64, headMs: 5000, keepAliveMs: 10_000, idleMs: 30_000 };
const maxHeadOctets = 8192;
const maxHeaders = 64;
const requestsPerConnection = 1000;
/** Those turned away are told of in the log not more often. */
const rejectionLogMs = 10_000;

export class HttpServer {
  private readonly routes: RouteTable;
  private readonly source: HttpSource;
  private readonly log: Log;
  private readonly limits: HttpLimits;
  private readonly servers: { readonly server: Server; readonly text: string }[] = [];
  /** Made of the table that is in force. */
  private access: AccessLists | undefined;
  private accessTable: AccessListTable | undefined;
  isClosed = false;
  private rejectedMs = Number.NEGATIVE_INFINITY;

  constructor(routes: RouteTable, source: HttpSource, log: Log, limits: Partial<HttpLimits> = {}) {
    this.routes = routes;
    this.source = source;
    this.log = log;
    this.limits = { ...usualLimits, ...limits };
  }

  /** Serve at an address. The value is the address with the port that it got. */
  async open(place: HttpListen): Promise<Result<ListenAddress, ListenError>> {
    const { address } = place;
    const { headMs, keepAliveMs, idleMs, connections } = this.limits;
    const server = createServer(
      {
        maxHeaderSize: maxHeadOctets,
        headersTimeout: headMs,
        requestTimeout: headMs,
        keepAliveTimeout: keepAliveMs,
        connectionsCheckingInterval: Math.min(1000, headMs),
        requireHostHeader: true,
        insecureHTTPParser: false,
      },
      (request, response) => void this.answer(request, response),
    );
    server.maxConnections = connections;
    server.maxHeadersCount = maxHeaders;
    server.maxRequestsPerSocket = requestsPerConnection;
    server.setTimeout(idleMs);
    server.on('connection', (socket: Socket) => this.admit(socket, place));
    const problem = await listen(server, address);
    if (problem !== undefined) return err(listenError(address, 'tcp', problem.code ?? '', problem.message));
    const { port } = server.address() as AddressInfo;
    const text = `${address.address}#${port}`;
    if (this.isClosed) server.close();
    else {
      this.servers.push({ server, text });
      this.log.notice('general', `statistics channel listening on ${text}`);
    }
    return ok({ ...address, port });
  }

  /** Take no more connections and let go of those that there are. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.source.page.stop();
    const closing = this.servers.splice(0).map(({ server, text }) => {
      this.log.notice('general', `stopping statistics channel on ${text}`);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    });
    await Promise.all(closing);
  }

  /** Before anything of it is read. */
  private admit(socket: Socket, place: HttpListen): void {
    const octets = parseAddress(socket.remoteAddress ?? '');
    if (octets !== undefined) {
      const client = new Client();
      client.family = octets.length === 4 ? 4 : 6;
      client.octets = octets;
      if (this.allows(place, client)) return;
      this.logRejection(socket);
    }
    socket.destroy();
  }

  /** By the configuration in force, which may have another list for the address than it was opened with. */
  private allows(place: HttpListen, client: Client): boolean {
    const { access, http } = this.source.config();
    if (this.access === undefined || this.accessTable !== access) {
      this.accessTable = access;
      this.access = new AccessLists(access);
    }
    const text = formatListenAddress(place.address);
    const now = http.listen.find(({ address }) => formatListenAddress(address) === text) ?? place;
    return this.access.allows(now.allow, client);
  }

  private logRejection({ remoteAddress, remotePort }: Socket): void {
    const nowMs = performance.now();
    if (nowMs - this.rejectedMs < rejectionLogMs) return;
    this.rejectedMs = nowMs;
    this.log.warning('general', `rejected statistics connection from ${remoteAddress}#${remotePort}`);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Its client has gone: nobody is there to be told.
    response.on('error', () => response.destroy());
    try {
      await this.give(request, response);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const [first = '', ...rest] = reason.split('\n');
      this.log.error('general', `HTTP: ${first}`, rest.length === 0 ? {} : { detail: rest.join('\n') });
      if (response.headersSent) response.destroy();
      else respondText(response, 500, 'Internal error: see the log.\n');
    }
  }

  private async give(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      refuse(request, response, 405, `${method} is not possible here: GET and HEAD are.\n`, { Allow: 'GET, HEAD' });
      return;
    }
    if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) {
      refuse(request, response, 413, 'A question has no body.\n');
      return;
    }
    const [path = ''] = url.split('?', 1);
    const route = this.routes.get(path);
    if (!this.isOwnHost(request, route?.hosts)) {
      refuse(request, response, 421, 'This server is not known by that name: add it to the hosts of http.\n');
      return;
    }
    if (route === undefined) {
      respondText(response, 404, this.explainMissing(path));
      return;
    }
    if ('open' in route) {
      route.open(this.source, response);
      return;
    }
    const body = route.body(this.source, new URLSearchParams(url.slice(path.length)));
    const own = { 'Content-Type': route.contentType, ...route.headers };
    if (typeof body === 'string') respondText(response, 200, body, own);
    else if ('status' in body) respondText(response, body.status, body.text, own);
    else if (route.isPacked !== true) await respondParts(response, body, own);
    else if (acceptsGzip(headers)) await respondPacked(response, body, { ...own, Vary: 'Accept-Encoding' });
    else await respondParts(response, body, { ...own, Vary: 'Accept-Encoding' });
  }

  /** Collectors may call other addresses than loopback by names that we don't know; a browser may not. */
  private isOwnHost({ headers, socket }: IncomingMessage, hosts: Route['hosts']): boolean {
    if (hosts === 'any' || (hosts === undefined && !isLoopback(socket.localAddress))) return true;
    const names = this.source.config().http.listen.flatMap(({ hosts = [] }) => hosts);
    return isOwnHost(headers.host, names);
  }

  private explainMissing(path: string): string {
    const hint = path.startsWith('/xml')
      ? 'Statistics are given as JSON, not as XML: ask for /json/v1 instead of /xml/v3.\n'
      : '';
    return `No such URL.\n${hint}There are: ${[...this.routes.keys()].join(' ')}\n`;
  }
}

/** What follows the head is not waited for. */
function refuse(
  { socket }: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.once('finish', () => socket.destroySoon());
  respondText(response, status, text, { ...headers, Connection: 'close' });
}

/** Why it can't. */
function listen(server: Server, { address, port }: ListenAddress): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    // Later ones are of single connections that could not be accepted.
    server.on('error', (error) => resolve(error));
    server.listen({ host: address, port, ipv6Only: isIPv6(address) }, () => resolve(undefined));
  });
}
