/** RFC 7858 §3.1 and RFC 9103 §7.1: the protocol that TLS agrees upon, on both sides. */
export const dotProtocol = 'dot';
