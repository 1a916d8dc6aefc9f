import { execFileSync } from 'node:child_process'
import { userInfo } from 'node:os'
import type { Certificate } from './certificates.ts'

export type DovecotPorts = { imapsPort: number; imapPort: number; lmtpPort: number }

export type DovecotSettings = {
  dir: string
  certificate: Certificate
  ports: DovecotPorts
  /** Where it asks whose token it is (RFC 7662); without it nobody signs in by token. */
  introspectionUrl?: string | undefined
  /** How many MB each user may have, which it then tells (RFC 9208); without it nobody has a limit. */
  quotaMb?: number | undefined
  /** What it says it can do, in place of all that it can. */
  capabilities?: string | undefined
}

/**
 * Dovecot 2.3 as a child of a test. Any user signs in with `secret`, unless the file `passwords`
 * names another word for them (%{passdb:test_password}); never without TLS (%c is `TLS` under it:
 * `ssl = required` alone trusts a client from the server's own address).
 */
export function dovecotConfig({
  dir,
  certificate,
  ports,
  introspectionUrl,
  quotaMb,
  capabilities,
}: DovecotSettings): string {
  return `base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/dovecot.log
instance_name = ${dir.split('/').at(-1)}
protocols = imap lmtp
listen = 127.0.0.1
ssl = required
ssl_cert = <${certificate.certFile}
ssl_key = <${certificate.keyFile}
disable_plaintext_auth = yes
auth_mechanisms = plain login${introspectionUrl === undefined ? '' : ' xoauth2 oauthbearer'}
auth_cache_size = 0
auth_failure_delay = 0
${accounts()}
default_process_limit = 2000
default_client_limit = 8000
default_vsz_limit = 0
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
maildir_very_dirty_syncs = yes
mailbox_list_index = yes
mail_fsync = never
recipient_delimiter = +
lmtp_hdr_delivery_address = final
${introspectionUrl === undefined ? '' : tokens(dir)}
passdb {
  driver = passwd-file
  args = username_format=%Lu ${dir}/passwords
  result_success = continue
}
passdb {
  driver = static
  args = password=%{if;%c;eq;TLS;%{passdb:test_password:secret};${'no password is right without TLS'.replaceAll(' ', '-')}}
}
userdb {
  driver = static
  args = ${mailOwner()} home=${dir}/mail/%Lu
}
namespace inbox {
  inbox = yes
  separator = /
${['Sent', 'Trash', 'Junk', 'Archive'].map(specialFolder).join('\n')}
}
${services(ports)}
${quotaMb === undefined ? '' : quota(quotaMb)}
protocol imap {
  ${quotaMb === undefined ? '' : 'mail_plugins = quota imap_quota'}
  ${capabilities === undefined ? '' : `imap_capability = ${capabilities}`}
  mail_max_userip_connections = 5000
  imap_idle_notify_interval = 2 mins
}
`
}

function quota(megabytes: number): string {
  return `mail_plugins = quota
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=${megabytes}M
}`
}

/** Its own file of settings is written by `dovecotTokenConfig`. */
function tokens(dir: string): string {
  return `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${dir}/tokens.conf
}`
}

/** How it asks whose token it is: it has to be the user's who signs in. */
export function dovecotTokenConfig(introspectionUrl: string): string {
  return `introspection_mode = post
introspection_url = ${introspectionUrl}
username_attribute = username
active_attribute = active
active_value = true
timeout_msecs = 5000
`
}

function specialFolder(name: string): string {
  return `  mailbox ${name} {\n    special_use = \\${name}\n    auto = create\n  }`
}

function services({ imapsPort, imapPort, lmtpPort }: DovecotPorts): string {
  // 127.0.0.2: the address a client comes from is another than the server's, so that Dovecot
  // announces LOGINDISABLED before STARTTLS, as a server across a network does.
  return `service anvil {
  client_limit = 8000
  ${unlessRoot('chroot =')}
  # no growing delay after failed sign-ins from one address
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  client_limit = 8000
}
service stats {
  ${unlessRoot('chroot =')}
}
service imap-login {
  ${unlessRoot('chroot =')}
  inet_listener imap {
    address = 127.0.0.1 127.0.0.2
    port = ${imapPort}
  }
  inet_listener imaps {
    address = 127.0.0.1 127.0.0.2
    port = ${imapsPort}
    ssl = yes
  }
  service_count = 0
  process_min_avail = 1
  process_limit = 2
  client_limit = 4000
}
service imap {
  process_limit = 2000
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
}`
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function unlessRoot(line: string): string {
  return isRoot() ? '' : line
}

function accounts(): string {
  if (isRoot()) return 'default_internal_user = dovecot\ndefault_login_user = dovenull'
  const { username } = userInfo()
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()
  return `default_internal_user = ${username}\ndefault_login_user = ${username}\ndefault_internal_group = ${group}`
}

/** Root gives the mail to `nobody`, since Dovecot serves no mail as root. */
function mailOwner(): string {
  return isRoot() ? 'uid=nobody gid=nogroup' : `uid=${process.getuid?.()} gid=${process.getgid?.()}`
}
