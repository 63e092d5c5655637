/**
 * Changes when facts or bodies are read in another way than before; stored with each record, of mail that came and of mail that we
 * wrote, which is never read again.
 */
export const PARSER_VERSION = '2'
