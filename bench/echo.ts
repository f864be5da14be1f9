/**
 * The yardstick: the server's own batch calls and sockets in the same Node, but no DNS: each question goes back with QR
 * set. What a query costs here is what the kernel, koffi and Node cost. Argument: the port on 127.0.0.1.
 */
import { assert } from '../src/base/assert.ts';
import { octetAt } from '../src/base/octets.ts';
import { DatagramBatch } from '../src/dataplane/datagram-batch.ts';
import { findLibc } from '../src/plane/libc.ts';
import { MessageFlag } from '../src/plane/sockets/socket-layout.ts';
import { SocketOpener } from '../src/plane/sockets/socket-opener.ts';

const libc = findLibc();
assert(libc !== undefined, 'the echo needs the batch calls of Linux');
const opened = new SocketOpener(libc).open({ address: '127.0.0.1', port: Number(process.argv[2]), family: 4 }, 'udp');
if (!opened.ok) throw new Error(opened.error.message);
serve(new DatagramBatch(libc), opened.value);

/** Without end: a signal ends the process. */
function serve(batch: DatagramBatch, fd: number): void {
  for (;;) {
    const count = batch.receive(fd, MessageFlag.waitForOne);
    if (count <= 0) continue;
    for (let i = 0; i < count; i++) echo(batch, i);
    batch.send(fd);
    batch.reset(count);
  }
}

function echo(batch: DatagramBatch, i: number): void {
  const { octets } = batch;
  const from = batch.messageOffset(i);
  const to = batch.responseOffset;
  const length = batch.messageOctets(i);
  for (let at = 0; at < length; at++) octets[to + at] = octetAt(octets, from + at);
  octets[to + 2] = octetAt(octets, to + 2) | 0x80;
  batch.putResponse(i, length);
}
