/** A file in the data folder: some zone has had serials of its own, so the journal must be looked into though no zone needs one. */
export const publishedMark = 'published-zones';
