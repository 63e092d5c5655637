import { Migration } from '@mikro-orm/migrations'

/** Finds the notes that say how a thread came to hold what it holds, and how it lost it, by every thread that they name. */
export class History003 extends Migration {
  override up(): void {
    const regrouping = `type in ('ThreadsMerged', 'ThreadSplit', 'MessageMoved', 'MergeUndone')`
    this.addSql(`create index note_regrouping on note (thread) where ${regrouping}`)
    this.addSql(`create index note_into on note ((data->>'into')) where type = 'ThreadSplit'`)
    this.addSql(`create index note_to on note ((data->>'to')) where type = 'MessageMoved'`)
    this.addSql(
      `create index note_absorbed on note using gin ((data->'absorbed')) where type in ('ThreadsMerged', 'MergeUndone')`,
    )
  }
}
