/** An import cannot even begin, for a reason that whoever called it can put right. */
export class CannotImport extends Error {
  override readonly name = 'CannotImport'
}
