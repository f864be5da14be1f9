/** Whose configuration a new key can be printed for; apart from the printing, for the help. */
export const keyFormats = ['bind', 'yaml', 'knot', 'nsd'] as const;
export type KeyFormat = (typeof keyFormats)[number];
