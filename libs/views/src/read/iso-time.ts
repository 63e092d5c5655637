/** A timestamptz as the server writes it in UTC, as ISO 8601 with milliseconds. */
export const isoTime = (text: string): string => new Date(text).toISOString()
