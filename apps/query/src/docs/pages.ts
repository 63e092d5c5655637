import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { resolve } = createRequire(import.meta.url)

const once = <T>(read: () => T): (() => T) => {
  let value: T | undefined
  return () => (value ??= read())
}
const fileOf = (name: string) => once(() => readFileSync(resolve(name)))

/** The generated documents, as they are in the repository. */
export const describedApi = fileOf('@skein/client/openapi.json')
export const describedBus = fileOf('@skein/client/asyncapi.json')

export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Skein: the HTTP API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<noscript>The description for programs is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

/** `deepLinking`: the address names the call that is looked at. The key is asked for once, and kept by the page alone. */
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, tryItOutEnabled: true })\n`

interface Asset {
  readonly type: string
  readonly content: string | Buffer
}

const assets: Readonly<Record<string, () => Asset>> = {
  'start.js': () => ({ type: 'text/javascript', content: START }),
  'swagger-ui.css': once(() => ({ type: 'text/css', content: fileOf('swagger-ui-dist/swagger-ui.css')() })),
  'swagger-ui-bundle.js': once(() => ({
    type: 'text/javascript',
    content: fileOf('swagger-ui-dist/swagger-ui-bundle.js')(),
  })),
}

/** A file that the page needs; `null` for any other. */
export const assetOf = (name: string): Asset | null => (Object.hasOwn(assets, name) ? (assets[name]?.() ?? null) : null)
