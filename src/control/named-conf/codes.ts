/** Every diagnostic that only a named.conf can have. docs/diagnostics.md explains each. */
export const namedConfCodes = {
  NC01: 'an included file or the directory cannot be had',
  NC02: 'a text or comment without its end',
  NC03: 'a brace that is not closed, or closes nothing',
  NC04: 'a semicolon is missing',
  NC05: 'something else is expected here',
  NC06: 'unknown statement',
  NC07: 'a statement that does not belong here',
  NC08: 'given twice',
  NC09: 'required statement missing',
  NC10: 'a statement that BIND has removed',
  NC11: 'a statement without meaning here',
  NC12: 'a statement that is not obeyed',
  NC13: 'a statement that cannot be obeyed, and must not be passed over',
  NC14: 'BIND would also resolve',
  NC15: "transfers are open to everybody by BIND 9.18's default",
  NC16: "changes in a journal of BIND's",
  NC17: 'something undefined',
  NC18: "a file that is missing, but stands in BIND's chroot",
} as const;

export type NamedConfCode = keyof typeof namedConfCodes;
