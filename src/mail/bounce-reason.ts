import type { BounceReason, BounceSeverity } from '../shared/vocabulary.ts'
import type { ReportedRecipient } from './mail-types.ts'

const MAX_CHARS = 2_000

/**
 * Why a mail did not arrive, as one of few reasons that can be explained to people.
 *
 * The server's words decide, as most servers give one code for many things; where they say nothing
 * known, the enhanced status code does (RFC 3463 §3), then the reply code. Addresses and host names in
 * the words are left out of it: `<spam@full.example>` says nothing.
 *
 * @param status enhanced status code or `''`
 * @param words what the server said, on one line
 */
export function bounceReason(status: string, words: string): BounceReason {
  const text = words
    .slice(0, MAX_CHARS)
    .toLowerCase()
    .replace(/https?:\/\/[^\s>)\]]+/g, ' ')
    .replace(/[^\s<>()[\]"',;:]+@[^\s<>()[\]"',;:]+/g, ' ')
    .replace(/recipient address rejected: /g, ' ')
    .replace(/\s+/g, ' ')
  const known = PHRASES.find(([, phrase]) => phrase.test(text))
  if (known) return known[0]
  const byStatus = STATUSES.find(([, codes]) => codes.test(status))
  if (byStatus) return byStatus[0]
  return /\b552\b/.test(text) ? 'mailbox-full' : 'other'
}

/**
 * How bad it is: `delayed` is still on its way; `hard` is lost and no later mail to the address can
 * arrive; `soft` is lost, a later one may arrive. Null where nothing is wrong.
 */
export function bounceSeverity(one: {
  action: ReportedRecipient['action']
  reason: BounceReason
}): BounceSeverity | null {
  if (one.action === 'delayed') return 'delayed'
  if (one.action !== 'failed') return null
  return HARD_REASONS.has(one.reason) ? 'hard' : 'soft'
}

const HARD_REASONS: ReadonlySet<BounceReason> = new Set([
  'unknown-address',
  'unknown-domain',
  'address-disabled',
])

// The first that fits counts, so what is said of the sender stands before what is said of the address.
const PHRASES: readonly (readonly [BounceReason, RegExp])[] = [
  ['server-trouble', /hop ?count|too many hops|(?:mail|routing|delivery) loop|looping|loops back/],
  [
    'authentication',
    /\b(?:dmarc|dkim|spf|arc)\b|sender policy framework|unauthenticated (?:email|mail|sender)|fails? (?:.{0,20} )?authentication|not authenticated|authentication information|sender id|mail from domain .{0,40}(?:not exist|no mx)|not authorized to send/,
  ],
  [
    'too-large',
    /\b(?:message|mail|size|content|file|body|attachment)s?\b.{0,30}(?:too (?:big|large)|exceed(?:s|ed)? .{0,30}(?:limit|size|maximum|max)|larger than)|line (?:length )?limit|line too long|message size|(?:size|length) (?:limit|exceed)|exceeds? .{0,20}(?:message|max).{0,10}size|слишком больш\w* (?:письм|сообщени)|zu gro(?:ß|ss)|trop (?:gros|volumineux)/,
  ],
  [
    'mailbox-full',
    /(?:mailbox|mail box|inbox|account|user|recipient|storage|disk|message store|folder|maildir)\b.{0,30}(?:\bfull\b|over ?-?quota|exceed|over (?:its|the|their) )|(?:over|out of|exceed(?:s|ed|ing)?|above).{0,25}(?:quota|storage|allocated|allowed size|mailbox)|quota (?:exceed|violat|full|reached|limit)|\bover ?quota\b|exceeded storage|insufficient .{0,12}(?:mailbox|user) |not enough (?:disk|storage|space)|(?:disk|storage) full|mailfolder is full|too many messages (?:in|on)|no space left in mailbox|ящик.{0,30}(?:переполнен|заполнен|полон)|переполнен|кутията.{0,20}(?:пълна|препълнена)|skrzynka.{0,30}(?:pełna|przepełniona)|postfach.{0,20}voll|bo[iî]te.{0,30}pleine|いっぱい|一杯|容量/,
  ],
  [
    'spam',
    /\bspam\b(?! ?trap)|\bspammy|junk ?mail|\bunsolicited\b|\bubl\b|\bbulk (?:mail|email)|looks like (?:spam|phish)|phishing|virus|malware|infected|malicious|high probability|content (?:rejected|denied|filter|blocked|restrict)|message (?:content )?(?:was |has been )?(?:rejected|blocked|refused) (?:due to|because of|for|by).{0,20}content|body part contains disallowed|uribl|surbl|blacklisted (?:url|link)|url in (?:message|this)|executable (?:file|content|attachment)|banned (?:file|attachment|content)|спам|вирус/,
  ],
  [
    'too-many',
    /too many (?:connections?|messages|mails?|emails?|recipients|sessions|concurrent|requests|hits|errors from)|rate[ -]?(?:limit|is too|control)|ratelimit|throttl|too (?:fast|frequent|much mail)|(?:sending|hourly|daily|message|connection|recipients?) (?:rate|quota|limit) ?(?:.{0,15})(?:exceed|reached)|limit exceeded|exceed(?:s|ed)? .{0,30}(?:rate|per (?:hour|day|minute)|connections?|number of (?:messages|recipients))|more than .{0,20}(?:messages|recipients)|reached .{0,25}(?:quota|limit)|at a rate|frequency|unexpected volume|sent too|slow down/,
  ],
  [
    'blocked',
    /black ?-?list|block ?-?list|deny ?list|\brbls?\b|\bdnsbl\b|spamhaus|spamcop|barracuda|sorbs|\bpbl\b|\bxbl\b|\bsbl\b|bad reputation|poor reputation|low reputation|reputation|reverse (?:dns|lookup|map)|\brdns\b|\bptr\b|(?:ip|client|your|connecting|sending) (?:ip )?(?:address|host|server|domain|network|name)s?.{0,40}(?:block|reject|refus|denied|ban|not (?:allowed|accepted|permitted|welcome))|(?:blocked|banned|rejected|refused|denied).{0,30}(?:\bip\b|ip address|your (?:server|host|isp|network))|you(?:r .{0,20})? (?:are|is|has been|have been) (?:.{0,10})(?:blocked|banned)|access denied.{0,10}ip|ip name lookup|client host.{0,60}(?:rejected|blocked)|(?:helo|ehlo).{0,40}(?:reject|refus|invalid|denied|not)|cannot find your (?:hostname|reverse)|(?:bad|invalid) (?:sender )?ip|not accepting (?:mail|messages) from|messages? from .{0,60}(?:weren'?t sent|temporarily deferred|blocked|rejected)|service refus|refused to talk|\btss\d\d\b|prohibited ip|connections? (?:from .{0,60})?(?:refused due|not accepted|rejected|blocked)|unresolvable|\bblocked (?:by|for)\b/,
  ],
  [
    'policy',
    /relay(?:ing)? (?:access )?(?:is |was )?(?:denied|not (?:permitted|allowed)|prohibited)|(?:unable|not permitted|not allowed|no permission|cannot|won'?t|do not|does not accept|denied|refus\w*).{0,20} relay|relaying|not (?:an? )?open relay|sender (?:address )?(?:was |is |has been )?(?:rejected|refused|denied|blocked|verify failed|not (?:allowed|accepted|permitted|valid|found))|(?:mail from|from|sender).{0,40}(?:must|domain does not|cannot be verified|verification failed|unknown sender)|(?:must|only).{0,30}(?:starttls|tls|encrypt)|starttls|tls (?:is )?required|security (?:policy|restriction)|polic(?:y|ies)|group .{0,30}only|only members|not (?:a )?(?:member|allowed to post|permitted to post|subscribed)|posting (?:privileges|to)|(?:sender|you).{0,30}not (?:authorized|allowed|permitted)|not allowed (?:to|by)|recipient preferences|you are not|permission.{0,30}(?:post|send)|administrative(?:ly)? (?:prohibit|denied|lock)|delivery not authorized|access denied|message (?:refused|rejected|denied)|transaction failed.{0,30}policy|prohibited|rfc ?[2-9]\d{3}|(?:missing|invalid|duplicate|malformed) .{0,20}header|header.{0,20}(?:missing|required|invalid|error)|duplicated message-id|smtp auth|mail from.{0,80}(?:no such domain|not exist|unknown)|may not have permission/,
  ],
  [
    'unknown-domain',
    /(?:host|domain|host or domain|domain name|mail server)(?: name)? (?:is |was |could )?(?:unknown|invalid|not (?:be )?(?:found|exist|resolved)|does(?:n'?t| not) exist|lookup fail)|domain is not reachable|name ?server.{0,40}(?:unknown|not found|no data|lookup fail)|unknown (?:host|domain|mail host)|no such (?:host|domain)|nxdomain|unrout(?:e)?able|unable to (?:resolve|route|lookup)|name or service not known|no (?:mx|route|a) (?:record|host|or)|(?:mx|dns|srv) .{0,40}(?:no |not |fail|error|invalid|point)|null mx|does not accept (?:mail|email) ?\(|couldn'?t find (?:any host|a mail exchanger)|illegal host|bad destination (?:system|host|domain)|cannot find .{0,20}(?:host|domain|mx)|no mail (?:exchanger|server)|name service error|домен.{0,20}не (?:найден|существует)/,
  ],
  [
    'address-disabled',
    /(?:mailbox|account|user|address|recipient|e-?mail).{0,40}(?:disabled|suspend|inactive|deactivat|deleted|closed|expired|blocked|locked|frozen|terminated|not active|no longer (?:active|valid|available|in use|on server|used|exists?|accept)|discontinued|retired|moved)|(?:disabled|suspended|inactive|closed|blocked|frozen|deactivated) (?:mailbox|account|user|recipient|address)|no longer (?:an? )?(?:valid|active|available|at|with|works|employed|accepts)|has (?:moved|left|been (?:disabled|suspended))|(?:ящик|аккаунт|пользовател\w).{0,30}(?:заблокирован|отключ|удал)|konto.{0,20}(?:zablokowane|nieaktywne)/,
  ],
  [
    'unknown-address',
    /unknown (?:or|user|recipient|local|address|mailbox|account|e-?mail|to)|(?:user|recipient|mailbox|address|account|local[- ]part|alias|name|addressee|e-?mail)s? ?(?:id|name|address|account)? ?(?:is |was |in .{0,30}|to )?(?:un(?:known|deliverable|listed)|not (?:be )?(?:found|known|exist|recogni[sz]ed|valid|listed|local|present|here)|invalid|unavailable|rejected|nonexistent|non-existent|not allowed)|no (?:such )?(?:user|mailbox|recipient|address|account|person|e-?mail|one|local user|known user|valid recipients?)\b|no mailbox here|illegal user|(?:could(?:n'?t| not)|cannot) be found|not? a? ?(?:valid|known) (?:user|mailbox|recipient|address|account|e-?mail)|(?:user|recipient|mailbox|address|account|e-?mail|name|he|she|you specified).{0,40}(?:does(?:n'?t| not)|did not|do(?:n'?t| not)) .{0,12}(?:exist|match|have|found)|(?:does(?:n'?t| not)|did not|do not) have an? .{0,20}(?:account|mailbox)|invalid (?:recipient|user|mailbox|address|final|e-?mail|account|local)|bad (?:destination|recipient|address|mailbox)|(?:couldn'?t|could not|cannot|can'?t|unable to) (?:be )?(?:find|verify|locate|determine|deliver to).{0,30}(?:user|recipient|mailbox|address|account|recip)|(?:recipient|rcpt|to) (?:address )?(?:verif|lookup)|user .{0,60}(?:not|isn'?t) (?:found|listed|in|known|exist)|mailbox .{0,40}(?:not|isn'?t) (?:found|exist|available|valid)|all recipient addresses rejected|(?:recipient|rcpt) (?:address |to |was )?(?:has been )?reject|not our customer|is not (?:a|one of our)|address(?:es)? (?:reject|fail)|delivery to .{0,20}failed|(?:has|have) no (?:mailbox|account)|undeliverable address|недоступен|не существует|не найден|нет такого|неизвестн|не съществува|няма такъв|nie istnieje|nieznany (?:adres|użytkownik)|unbekannt|existiert nicht|inconnu|n'existe pas|desconocid|no existe|見つかりません|存在しません|あて先不明|宛先不明|ありません|不存在/,
  ],
  [
    'expired',
    /expired|(?:retry|delivery) time.{0,20}(?:exceeded|out)|retry timeout|timed? ?-?out|undelivered (?:after|for)|still (?:undelivered|being retried|in queue)|not (?:been )?deliver(?:ed|able) (?:for|after|within|in)|too (?:long|old)|(?:been|was|is) (?:in (?:the )?queue|delayed|deferred)|could not be delivered for|delivery (?:attempts?|failed \d+)|(?:unable|failed|trying) .{0,40}(?:for|after|in) .{0,12}(?:hour|day|minute|attempt)|giving up|no longer (?:try|be tried)|greylist|graylist|try (?:again )?later|temporar/,
  ],
  [
    'server-trouble',
    /loop|hop ?count|too many hops|connection (?:refused|reset|lost|dropped|closed|failed)|requests to connect|socket error|not reachable|protocol (?:violation|error)|connect(?:ing)? .{0,40}(?:fail|refused|error)|network|unreachable|could(?:n'?t| not) connect|cannot connect|system (?:full|error|not|resources)|internal (?:server )?error|local (?:configuration|error|problem)|configuration error|service (?:unavailable|not available|shut)|server (?:error|busy|down|unavailable|not)|not accepting connections|insufficient (?:system|disk|resources)|\bi\/o error|(?:can'?t|cannot|unable to) (?:create|open|write|read|lock|execute)|command (?:died|failed|output)|exited with|signal \d|protocol error|syntax error|bad sequence|queue file|mail system|lost connection|refused|transport|pipe|mailer|unavailable/,
  ],
]

// RFC 3463 §3, and what Microsoft and Google made of it.
const STATUSES: readonly (readonly [BounceReason, RegExp])[] = [
  ['unknown-domain', /^[45]\.1\.2$|^[45]\.4\.[34]$|^5\.1\.10$|^5\.4\.(?:310|312)$/],
  ['address-disabled', /^5\.2\.1$|^5\.1\.6$/],
  ['mailbox-full', /^[45]\.2\.2$|^4\.2\.1$/],
  ['unknown-address', /^5\.1\.(?:0|1|3|4|8)$|^5\.2\.0$|^5\.1\.\d+$/],
  ['too-large', /^[45]\.(?:2\.3|3\.4|2\.4)$/],
  ['spam', /^[45]\.7\.(?:350|50\d|51\d|75\d)$|^[45]\.6\.\d+$/],
  ['authentication', /^[45]\.7\.(?:8|9|20|21|22|23|24|26|30|40)$/],
  ['blocked', /^[45]\.7\.(?:25|6\d\d)$/],
  ['too-many', /^[45]\.(?:5\.3|7\.28|4\.5)$/],
  ['policy', /^[45]\.7\.\d+$/],
  ['expired', /^[45]\.4\.7$|^4\.4\.[12]$|^5\.4\.300$/],
  ['server-trouble', /^[45]\.[345]\.\d+$/],
]
