import { Migration } from '@mikro-orm/migrations'

/** By which definition the rows of a group of tables were made; see `rebuild/definition.ts`. */
export class Definition004 extends Migration {
  override up(): void {
    this.addSql(`create table definition (name text primary key, version int not null)`)
    this.addSql(`insert into definition values ('views', 1), ('index', 1)`)
  }
}
