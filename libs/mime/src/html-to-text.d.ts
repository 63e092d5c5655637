declare module 'html-to-text' {
  interface Selector {
    selector: string
    format?: string
    options?: Record<string, unknown>
  }
  interface Options {
    wordwrap?: number | false | null
    limits?: { ellipsis?: string; maxChildNodes?: number; maxDepth?: number; maxInputLength?: number }
    selectors?: Selector[]
  }
  export const compile: (options?: Options) => (html: string) => string
}
