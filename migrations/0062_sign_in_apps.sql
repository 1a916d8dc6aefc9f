-- Why:   mailboxes of Google, Microsoft and others are signed in to by OAuth: the app an admin registered there, what was
--        granted to it for each mailbox, and consents that somebody is just giving.
-- Locks: new tables only.
-- Old code during a rolling start: ignores all three, and sees a mailbox without a password as one it cannot open.

create table sign_in_app (
  id bigint generated always as identity primary key,
  kind text collate "C" not null check (kind in ('google', 'microsoft', 'openid', 'google_delegation')),
  name text not null,
  -- Of a service account: the address that gives its tokens.
  issuer text collate "C" not null,
  client_id text collate "C" not null,
  secret_sealed bytea not null,
  secret_key_id bigint not null references key_ring,
  secret_expires_on date,
  scopes text collate "C" not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  unique (kind, issuer)
);

create table mailbox_grant (
  mailbox_id bigint primary key references mailbox on delete cascade,
  sign_in_app_id bigint not null references sign_in_app,
  -- Who signed in; of a shared mailbox a person, of a service account nobody.
  granted_to text collate "C",
  granted_at timestamptz not null default clock_timestamp(),
  refresh_sealed bytea,
  refresh_key_id bigint references key_ring,
  access_sealed bytea not null,
  access_key_id bigint not null references key_ring,
  -- Rises with each access token.
  access_no bigint not null default 1,
  access_made_at timestamptz not null default clock_timestamp(),
  access_renew_at timestamptz not null,
  -- Whoever renews the tokens now; the number rises with each holder.
  lease_no bigint not null default 0,
  lease_until timestamptz not null default '-infinity',
  -- Why it could not be renewed, and until when nobody tries.
  fault_code text collate "C",
  fault_detail text,
  fault_is_final boolean not null default false,
  barred_until timestamptz not null default '-infinity',
  check ((refresh_sealed is null) = (refresh_key_id is null))
);
create index mailbox_grant_app on mailbox_grant (sign_in_app_id);

create table consent_start (
  state_hash bytea primary key,
  session_id bigint not null references session on delete cascade,
  sign_in_app_id bigint not null references sign_in_app on delete cascade,
  mailbox_id bigint references mailbox on delete cascade,
  -- Address, name, servers and old mail, as they were wished for.
  wish jsonb not null,
  nonce text collate "C" not null,
  verifier_sealed bytea not null,
  verifier_key_id bigint not null references key_ring,
  expires_at timestamptz not null
);
