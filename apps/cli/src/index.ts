export { describedApi, describedBus, documentText } from './describe/documents.js'
export { importMail, type ImportOptions, type ImportProgress, type ImportResult } from './import/import-mail.js'
export { type Instance, openInstance } from './up/instance.js'
export { type RunningServices, type ServicesConfig, startServices } from './up/services.js'
