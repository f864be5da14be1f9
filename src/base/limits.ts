/** Limits, each with its reason. Everything that the outside world can make grow has one here. */

/** RFC 1035 §3.1: a name in wire format, with its length octets and the root's. */
export const maxNameOctets = 255;
/** RFC 1035 §3.1. */
export const maxLabelOctets = 63;
/** 255 octets hold at most 127 one-octet labels and the root. */
export const maxLabels = 127;
/** RFC 1035 §4.1.3: RDLENGTH has 16 bits. */
export const maxRdataOctets = 65_535;
/** RFC 1035 §4.2.2: the length before a message over TCP has 16 bits. */
export const maxMessageOctets = 65_535;
/** RFC 2181 §8: a TTL is an unsigned number of 31 bits. */
export const maxTtlSeconds = 2_147_483_647;
/** How often one answer follows CNAME and DNAME, so that a loop ends. NSD stops at 18, Knot at 20. */
export const maxAliasSteps = 16;
/** One entry of a master file (a record with its parentheses), so that a missing `)` can't take the memory. */
export const maxEntryOctets = 1_048_576;
/** $INCLUDE within $INCLUDE; loops are found by name, this bounds the rest. */
export const maxIncludeDepth = 20;
/** Records that one $GENERATE may make; the same as a /8 of reverse names would be an error in any zone. */
export const maxGenerateSteps = 1_000_000;
/** Problems listed for one zone before "and N more". */
export const maxDiagnostics = 1_000;
/** RFC 9276 §3.2: answers from zones with more NSEC3 iterations than this are not worth their hashing; such a zone is refused at load. */
export const maxNsec3Iterations = 500;
