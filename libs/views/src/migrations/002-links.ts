import { Migration } from '@mikro-orm/migrations'

/**
 * The threader's index. Keys and addresses of any length are 16 bytes of a digest over space and text: nothing of one space is
 * found from another, and no sender makes an index entry too large.
 */
export class Links002 extends Migration {
  override up(): void {
    this.addSql(
      `create table link_checkpoint (partition smallint primary key, sequence bigint not null, input bigint not null)`,
    )
    this.addSql(`create table link (
      key bytea,
      role text collate "C",
      slot text collate "C",
      message text collate "C",
      partition smallint not null,
      position bigint not null,
      primary key (key, role, slot))`)
    this.addSql(`create table link_message (
      message text collate "C" primary key,
      thread text collate "C" not null,
      partition smallint not null,
      position bigint not null,
      space text collate "C" not null,
      inbox text collate "C" not null,
      direction text not null,
      message_id text not null,
      digest text not null,
      author text not null,
      base_subject text collate "C" not null,
      sent_at text collate "C" not null,
      date text,
      keys jsonb not null)`)
    this.addSql(`create index link_message_thread on link_message (thread)`)
    this.addSql(`create index link_message_subject on link_message (inbox, base_subject, sent_at)`)
    // by hash: an id may be longer than an index entry of another kind
    this.addSql(`create index link_message_sent on link_message using hash (message_id) where direction = 'out'`)
    this.addSql(`create table link_copy (
      copy text collate "C" primary key,
      message text collate "C" not null,
      partition smallint not null,
      position bigint not null,
      keys jsonb not null)`)
    this.addSql(`create index link_copy_message on link_copy (message)`)
    this.addSql(`create table link_delivery (
      message text collate "C",
      inbox text collate "C",
      partition smallint not null,
      primary key (message, inbox))`)
    this.addSql(`create table link_thread (
      thread text collate "C" primary key,
      partition smallint not null,
      start_order bigint not null,
      into_ text collate "C",
      survivor text collate "C")`)
    this.addSql(`create index link_thread_into on link_thread (into_) where into_ is not null`)
    this.addSql(`create index link_thread_survivor on link_thread (survivor) where survivor is not null`)
    this.addSql(`create table link_participant (
      thread text collate "C",
      address_key bytea,
      partition smallint not null,
      address text not null,
      primary key (thread, address_key))`)
    this.addSql(`create index link_participant_address on link_participant (address_key)`)
    this.addSql(`create table link_cut (
      thread text collate "C",
      other text collate "C",
      partition smallint not null,
      primary key (thread, other))`)
    this.addSql(`create table link_outgoing (
      message text collate "C" primary key,
      partition smallint not null,
      position bigint not null,
      space text collate "C" not null,
      inbox text collate "C" not null,
      state text not null,
      attempt integer not null,
      on_unknown text not null)`)
    this.addSql(`create table link_claim (
      thread text collate "C" primary key,
      partition smallint not null,
      position bigint not null,
      space text collate "C" not null,
      by_ text,
      until text,
      handled_up_to bigint,
      labels jsonb not null)`)
  }
}
