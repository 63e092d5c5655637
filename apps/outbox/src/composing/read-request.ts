import busboy from 'busboy'
import type { Request } from 'express'
import { badRequest, invalidInput, Problem } from '@skein/http'
import type { z } from 'zod'

/** Octets of the `message` part of a form. */
const LONGEST_MESSAGE = 4 * 1024 * 1024
const MOST_FILES = 100

const tooLarge = (limit: number): Problem =>
  new Problem(413, 'too-large', 'The mail is too large', `The request has more than ${limit} octets.`, {
    field: 'body',
    fix: `Send at most ${limit} octets, files in base64 counted as they are sent.`,
    limit,
  })

const unsupported = (type: string): Problem =>
  new Problem(415, 'unsupported-body', 'The body cannot be read', `The body's content type is ${type.slice(0, 100)}.`, {
    field: 'Content-Type',
    fix: 'Send application/json, or multipart/form-data with a part "message" of JSON and the files.',
  })

/** The octets of a body. Stops at the limit, whatever was announced. */
const readAll = async (request: Request, limit: number): Promise<Buffer> => {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const jsonOf = (text: string, where: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const detail = `${where}: it is no JSON (${error instanceof Error ? error.message : String(error)}).`
    throw badRequest(detail, { field: where, fix: 'Send one JSON object, in UTF-8.' })
  }
}

interface Form {
  message: string | null
  files: { filename?: string; content_type: string; content: string }[]
}

/** The parts of a form, files as the JSON form has them. */
const readForm = (request: Request, limit: number): Promise<Form> =>
  new Promise((resolve, reject) => {
    const form: Form = { message: null, files: [] }
    const limits = { fileSize: limit, fieldSize: LONGEST_MESSAGE, fields: 1, files: MOST_FILES, parts: MOST_FILES + 1 }
    let size = 0
    const stop = (error: unknown): void => {
      request.unpipe(parser)
      request.resume()
      reject(error instanceof Error ? error : new Error(String(error)))
    }
    const parser = busboy({ headers: request.headers, limits, defParamCharset: 'utf8' })
    request.on('data', (chunk: Buffer) => (size += chunk.length) > limit && stop(tooLarge(limit)))
    parser.on('field', (name, value, { valueTruncated }) => {
      if (name !== 'message' || valueTruncated) stop(badForm('Its one field is "message", of at most 4 MiB.'))
      form.message = value
    })
    parser.on('file', (name, stream, { filename, mimeType }) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const content = Buffer.concat(chunks)
        if (name === 'message') form.message = content.toString('utf8')
        else
          form.files.push({
            ...(filename && { filename }),
            content_type: mimeType,
            content: content.toString('base64'),
          })
      })
    })
    for (const name of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
      parser.on(name, () => stop(badForm(`It has more than ${MOST_FILES} files, or more than one field.`)))
    parser.on('error', (error) => stop(badForm(`It is no well-formed form (${String(error)}).`)))
    parser.on('close', () => resolve(form))
    request.pipe(parser)
  })

const badForm = (detail: string): Problem =>
  badRequest(`body: ${detail}`, { field: 'body', fix: 'Send one part "message" of JSON, and the files.' })

const fromForm = ({ message, files }: Form): unknown => {
  const given = jsonOf(message ?? '', 'message')
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given
  const attached: unknown = 'attachments' in given ? given.attachments : []
  return { ...given, attachments: Array.isArray(attached) ? [...(attached as unknown[]), ...files] : attached }
}

/**
 * The body of a call that composes mail, read after the key was looked at: JSON, or a form with the files beside the JSON. `limit`:
 * octets of a mail; a request may be larger by what base64 adds. @throws Problem 400, 413, 415
 */
export const readMailRequest = async <T extends z.ZodType>(
  request: Request,
  schema: T,
  limit: number,
): Promise<z.infer<T>> => {
  const mostOctets = Math.ceil((limit * 4) / 3)
  const given = request.is('multipart/form-data')
    ? fromForm(await readForm(request, mostOctets))
    : request.is(['application/json', 'application/*+json'])
      ? jsonOf((await readAll(request, mostOctets)).toString('utf8'), 'body')
      : null
  if (given === null) throw unsupported(request.headers['content-type'] ?? 'none')
  const read = await schema.safeParseAsync(given)
  if (!read.success) throw invalidInput(read.error.issues, 'body')
  return read.data
}
