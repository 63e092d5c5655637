/**
 * Joins the lines that a `format=flowed` writer broke (RFC 3676 §4): a line that ends with a space goes on in the next one of
 * the same quote depth; the signature line `-- ` never flows; one leading space was stuffed and goes. Quote marks stay.
 */
export const unflow = (text: string, delSp: boolean): string => {
  const out: string[] = []
  let open: { depth: number; pieces: string[] } | null = null
  const close = () => {
    if (open) out.push('>'.repeat(open.depth) + (open.depth > 0 ? ' ' : '') + open.pieces.join(''))
    open = null
  }
  for (const line of text.split('\n')) {
    const depth = quoteDepth(line)
    const body = line.startsWith(' ', depth) ? line.slice(depth + 1) : line.slice(depth)
    const flows = body.endsWith(' ') && body !== '-- '
    if (!open || open.depth !== depth || body === '-- ') {
      close()
      if (!flows) {
        out.push(depth === 0 || body === '' ? '>'.repeat(depth) + body : `${'>'.repeat(depth)} ${body}`)
        continue
      }
      open = { depth, pieces: [] }
    }
    open.pieces.push(flows && delSp ? body.slice(0, -1) : body)
    if (!flows) close()
  }
  close()
  return out.join('\n')
}

const quoteDepth = (line: string): number => {
  let depth = 0
  while (line.charCodeAt(depth) === 0x3e) depth++
  return depth
}
