import { Migration } from '@mikro-orm/migrations'

/**
 * The read model. Ids and keys compare as bytes (`collate "C"`), so that a page's order is the same on every server. Names are
 * not qualified: the connection's search_path says which schema they are made in.
 */
export class Views001 extends Migration {
  override up(): void {
    this.addSql(
      `create table checkpoint (partition smallint primary key, sequence bigint not null, input bigint not null)`,
    )
    this.addSql(`create table thread (
      id text collate "C" primary key,
      partition smallint not null,
      space text collate "C" not null,
      account text collate "C",
      subject text not null,
      base_subject text not null,
      root_key text collate "C",
      message_count int not null,
      attachment_count int not null,
      unread_count int not null,
      participant_count int not null,
      participants jsonb not null,
      first_at timestamptz,
      last_at timestamptz,
      last_key text collate "C",
      snippet text not null,
      last_from jsonb,
      said_key text collate "C",
      said_by text,
      work bigint not null,
      claimed_by text,
      claimed_until timestamptz,
      handled_up_to bigint,
      handled_at timestamptz,
      handled_by text,
      labels jsonb not null default '[]',
      relation jsonb,
      version bigint not null,
      started bigint)`)
    this.addSql(`create index thread_newest on thread (account, last_at desc, id desc)`)
    this.addSql(`create index thread_newest_unread on thread (account, last_at desc, id desc) where unread_count > 0`)
    this.addSql(
      `create index thread_newest_attached on thread (account, last_at desc, id desc) where attachment_count > 0`,
    )
    this.addSql(
      `create index thread_newest_handled on thread (account, last_at desc, id desc) where handled_up_to >= work`,
    )
    this.addSql(
      `create index thread_newest_open on thread (account, last_at desc, id desc) where (handled_up_to >= work) is not true`,
    )
    this.addSql(`create table thread_inbox (
      thread text collate "C",
      inbox text collate "C",
      partition smallint not null,
      message_count int not null,
      unread_count int not null,
      last_at timestamptz not null,
      primary key (thread, inbox))`)
    this.addSql(`create index thread_inbox_newest on thread_inbox (inbox, last_at desc, thread desc)`)
    this.addSql(
      `create index thread_inbox_newest_unread on thread_inbox (inbox, last_at desc, thread desc) where unread_count > 0`,
    )
    this.addSql(`create table thread_participant (
      thread text collate "C",
      address text collate "C",
      partition smallint not null,
      first_at timestamptz not null,
      name_key text collate "C",
      account text collate "C",
      domain text collate "C" not null,
      primary key (thread, address))`)
    this.addSql(`create index thread_participant_address on thread_participant (account, domain, address, thread)`)
    this.addSql(`create index thread_participant_first on thread_participant (thread, first_at, address)`)
    this.addSql(`create table thread_alias (
      absorbed text collate "C" primary key,
      partition smallint not null,
      survivor text collate "C" not null,
      position bigint not null,
      started bigint,
      relation jsonb)`)
    this.addSql(`create index thread_alias_survivor on thread_alias (survivor)`)
    this.messages()
    this.outgoing()
    this.offers()
    this.search()
  }

  private messages(): void {
    this.addSql(`create table message (
      id text collate "C" primary key,
      thread text collate "C" not null,
      placed text collate "C" not null,
      partition smallint not null,
      space text collate "C" not null,
      position bigint not null,
      erased boolean not null,
      input_stream text not null,
      input_sequence bigint not null,
      direction text not null,
      kind text not null,
      forward boolean not null,
      message_id text not null,
      wire_key bytea not null,
      aliases jsonb not null,
      in_reply_to jsonb not null,
      references_ jsonb not null,
      parent_id text,
      parent_fact text,
      parent_key bytea,
      parent_message text collate "C",
      subject text not null,
      base_subject text not null,
      subject_kind text not null,
      from_ jsonb not null,
      reply_to jsonb not null,
      to_ jsonb not null,
      cc jsonb not null,
      sent_at timestamptz not null,
      received_at timestamptz not null,
      snippet text not null,
      attachment_count int not null,
      size bigint not null,
      digest text not null,
      list_id text,
      thread_index text,
      rule text not null,
      confidence text not null,
      evidence jsonb not null,
      rivals jsonb not null)`)
    this.addSql(`create index message_reading_order on message (thread, sent_at, id)`)
    this.addSql(`create index message_wire_key on message (wire_key)`)
    this.addSql(`create table message_body (
      message text collate "C" primary key,
      partition smallint not null,
      text text not null,
      html text,
      attachments jsonb not null,
      authentication jsonb,
      problems jsonb not null)`)
    // apart and, but for short mails, out of line: finding reads one small row of each mail that fits
    this.addSql(`create table message_words (
      message text collate "C" primary key,
      thread text collate "C" not null,
      partition smallint not null,
      keys bigint[] not null,
      places bytea not null) with (toast_tuple_target = 128)`)
    this.addSql(`alter table message_words alter column keys set storage external,
      alter column places set storage external, alter column places set statistics 0`)
    this.addSql(
      `create index message_words_keys on message_words using gin (keys) with (gin_pending_list_limit = 1024)`,
    )
    this.addSql(`create index message_words_thread on message_words (thread)`)
    this.addSql(`create table delivery (
      message text collate "C",
      inbox text collate "C",
      thread text collate "C" not null,
      partition smallint not null,
      position bigint not null,
      role text not null,
      is_read boolean not null,
      own boolean not null,
      received_at timestamptz not null,
      rule text not null,
      primary key (message, inbox))`)
    this.addSql(`create index delivery_unread on delivery (thread, inbox, position) where not is_read`)
    this.addSql(`create table message_copy (
      copy text collate "C" primary key,
      message text collate "C" not null,
      partition smallint not null,
      position bigint not null,
      inbox text collate "C" not null,
      role text not null,
      message_id text not null,
      digest text not null,
      rule text not null,
      received_at timestamptz not null,
      input_stream text not null,
      input_sequence bigint not null)`)
    this.addSql(`create index message_copy_message on message_copy (message)`)
    this.addSql(`create table note (
      partition smallint,
      position bigint,
      type text not null,
      thread text collate "C" not null,
      message text collate "C",
      time timestamptz not null,
      data jsonb not null,
      primary key (partition, position))`)
    this.addSql(`create index note_message on note (message)`)
    this.addSql(`create index note_messages on note using gin ((data->'messages')) where data ? 'messages'`)
    this.addSql(`create index note_thread on note (thread) where message is null`)
  }

  /** Threads that messages could belong to, for people to say. */
  private offers(): void {
    this.addSql(`create table join_offer (
      partition smallint,
      position bigint,
      space text collate "C" not null,
      message text collate "C" not null,
      kind text not null,
      candidate text collate "C" not null,
      at timestamptz not null,
      is_open boolean not null default true,
      primary key (partition, position))`)
    this.addSql(
      `create index join_offer_open on join_offer (kind, at desc, (message || ' ' || candidate) desc) where is_open`,
    )
    this.addSql(`create index join_offer_message on join_offer (message)`)
  }

  /** What becomes of the mail that we send. */
  private outgoing(): void {
    this.addSql(`create table outgoing (
      message text collate "C" primary key,
      partition smallint not null,
      position bigint not null,
      space text collate "C" not null,
      account text collate "C",
      inbox text collate "C" not null,
      state text not null,
      attempt int not null,
      from_ text not null,
      to_ jsonb not null,
      answers text collate "C",
      send_at timestamptz,
      next_at timestamptz,
      on_unknown text not null,
      automatic boolean not null,
      reason text,
      response text,
      refused jsonb not null,
      bounces jsonb not null,
      actor text not null,
      input_stream text not null,
      input_sequence bigint not null,
      queued_at timestamptz not null,
      updated_at timestamptz not null,
      sent_at timestamptz,
      erased boolean not null)`)
    this.addSql(
      `create index outgoing_open on outgoing (partition, position) where state in ('queued', 'sending', 'deferred', 'unknown')`,
    )
    this.addSql(`create index outgoing_newest on outgoing (account, queued_at desc, message desc)`)
    this.addSql(`create index outgoing_newest_state on outgoing (account, state, queued_at desc, message desc)`)
    this.addSql(`create index outgoing_newest_inbox on outgoing (inbox, queued_at desc, message desc)`)
  }

  /**
   * Parts of subjects and of people's names and addresses, and labels, each within an account. Where pg_trgm is not to be had the
   * same search reads every row; without btree_gin it finds what other accounts have too, and leaves it out.
   */
  private search(): void {
    for (const extension of ['pg_trgm', 'btree_gin']) {
      this.addSql(`do $$ begin
        create extension if not exists ${extension} with schema public;
      exception when others then
        raise notice '${extension} is not to be had here; searches read more than they need';
      end $$`)
    }
    this.addSql(`do $$ declare trigram text; within text; begin
      select quote_ident(n.nspname) || '.gin_trgm_ops' into trigram
        from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
      select 'account, ' into within from pg_extension where extname = 'btree_gin';
      within := coalesce(within, '');
      execute format($i$create index thread_labels on thread using gin (%slabels)
        with (gin_pending_list_limit = 1024) where labels <> '[]'$i$, within);
      if trigram is not null then
        execute format($i$create index thread_subject_part on thread using gin (%ssubject %s)
          with (gin_pending_list_limit = 1024)$i$, within, trigram);
        execute format($i$create index thread_participant_part on thread_participant
          using gin (%s(address || coalesce(substr(name_key, 25), '')) %s) with (gin_pending_list_limit = 1024)$i$, within, trigram);
      end if;
    end $$`)
  }
}
