const TYPE = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/

/** A content type that may stand in a header; what a sender made up is plain octets. */
export const safeType = (contentType: string): string =>
  TYPE.test(contentType) ? contentType : 'application/octet-stream'

/** `Content-Disposition` of a download (RFC 6266): never shown in place, whatever a sender calls it or says that it is. */
export const disposition = (filename: string): string => {
  const name = filename
    .toWellFormed()
    .replaceAll(/[\p{Cc}/\\]/gu, '_')
    .slice(0, 200)
    .toWellFormed()
  const plain = name.replaceAll(/[^\w. -]/g, '_')
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
