import { once } from 'node:events';
import { connect } from 'node:net';

/** One question over TCP; the response with its length in front cut off. */
export async function exchangeTcp(host: string, port: number, query: Uint8Array): Promise<Buffer> {
  const socket = connect({ host, port, noDelay: true });
  try {
    await once(socket, 'connect');
    socket.write(Buffer.concat([Buffer.of(query.length >> 8, query.length & 255), query]));
    const [response] = (await once(socket, 'data')) as [Buffer];
    return response.subarray(2);
  } finally {
    socket.destroy();
  }
}
