-- Why:   who wrote a mail is judged and kept with it, and who is not part of a ticket yet is proposed to agents.
-- Locks: columns without a default or with a constant one: metadata only. The foreign keys are not valid, so no
--        row is read; old rows have null there.
-- Old code during a rolling start: writes messages without a grade, which count as before it was kept, and
--        newcomers without the message that brought them, which are proposed without saying by whom.

alter table mailbox
  add column authserv_id text collate "C",
  add column trusted_sealers text[] not null default '{}';

-- sender_grade is null for what we sent and for mail from before this column. is_unverified: the sender claims
-- to be somebody and is not taken for them.
alter table message
  add column sender_grade text collate "C",
  add column sender_check jsonb,
  add column is_unverified boolean not null default false;

-- A newcomer is proposed: message_id is the mail they wrote, or the mail that copied them. Decided newcomers
-- are ignored, decided others were accepted.
alter table participant
  add column name text,
  add column message_id bigint,
  add column decided_at timestamptz,
  add column decided_by bigint;
alter table participant add constraint participant_message foreign key (message_id) references message not valid;
alter table participant add constraint participant_decided_by foreign key (decided_by) references agent not valid;
